/** The request of the current command: the span, object or stack that it needs, read once for all its events. */
import { PAGE_SIZE_BYTES, TINY_SIZE_CLASS, class_to_allocnpages } from '../../model/sizeclasses';
import type { Command } from '../trace/command';
import type { Ledger } from './ledger';

export class CurrentRequest {
  /** The name that the command introduces, or 0. */
  name = 0;
  /** The class and the pages of the span that it allocates from. */
  sizeclass = 0;
  pages = 0;
  p = 0;
  isTiny = false;
  /** True for a tiny allocation that fits into the current block. */
  isTinyHit = false;
  isStack = false;
  /** True if it may reuse a slot that freegc gave back. */
  canReuse = false;

  /** Reads a command that the ledger has already applied. */
  read(command: Command, ledger: Ledger): void {
    this.isTiny = false;
    this.isTinyHit = false;
    this.isStack = false;
    this.canReuse = false;
    switch (command.op) {
      case 'smallAlloc':
        this.set(command.name, command.class, class_to_allocnpages[command.class], command.p);
        this.canReuse = command.pointers !== true;
        break;
      case 'tinyAlloc':
        this.set(command.name, TINY_SIZE_CLASS, class_to_allocnpages[TINY_SIZE_CLASS], command.p);
        this.isTiny = true;
        this.isTinyHit = command.size > 0 && ledger.tiny.lastWasHit;
        break;
      case 'largeAlloc':
        this.set(command.name, 0, Math.ceil(command.size / PAGE_SIZE_BYTES), command.p);
        break;
      case 'allocStack':
        this.set(command.name, 0, 0, 0);
        this.isStack = true;
        break;
      case 'cacheSpan':
      case 'uncacheSpan':
        this.set(0, command.class, class_to_allocnpages[command.class], command.p);
        break;
      default:
        this.set(0, 0, 0, 0);
    }
  }

  private set(name: number, sizeclass: number, pages: number, p: number): void {
    this.name = name;
    this.sizeclass = sizeclass;
    this.pages = pages;
    this.p = p;
  }
}
