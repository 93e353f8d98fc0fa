/** Faults from files. */
import type { Fault } from '../../faults/fault';
import { parseFaultFile } from '../../faults/faultFile';
import { readTextFile } from './files';

export async function readFault(path: string): Promise<Fault> {
  return parseFaultFile(await readTextFile(path), path);
}
