/**
 * Variations of a failing trace: the same commands with another class, count or size, or with one birth more. Those that
 * fail as the same bug show which quantity its drift follows.
 */
import { NUM_SIZE_CLASSES, PAGE_SIZE_BYTES, class_to_allocnpages, class_to_nelems } from '../../model/sizeclasses';
import { at } from '../../properties/at';
import type { FailingTrace } from '../../properties/failure';
import type { System } from '../../properties/system';
import type { Command } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { freshName } from '../alphabet';
import { isApplicable } from '../applicable';
import { mapped, withCommand } from '../edit';
import { isPerformable } from '../performable';
import { isSameBug } from '../sameBug';
import type { VariedFailure } from './explainDrift';
import type { Trial } from '../trial';
import type { Budget } from './budget';
import { observeSteps } from './observeSteps';
import { assertNever } from '../../properties/assertNever';

/** Variations that are run, and failing ones that are enough. */
const MAX_TRIES = 16;
const MAX_FAILING = 6;

export interface Variation {
  readonly trace: Trace;
  /** The index at which a command was inserted; what came at or after this index comes one later. */
  readonly insertedAt?: number;
}

export interface VariedFailuresOptions {
  readonly trial: Trial;
  readonly system: System;
  readonly budget: Budget;
}

/** Runs variations of a failing trace and returns those that fail as the same bug. */
export async function variedFailures(
  known: FailingTrace,
  corruptingStep: number,
  { trial, system, budget }: VariedFailuresOptions,
): Promise<readonly VariedFailure[]> {
  const failures: VariedFailure[] = [];
  let tries = 0;
  for (const { trace, insertedAt = Infinity } of variations(known.trace, corruptingStep)) {
    if (tries === MAX_TRIES || failures.length === MAX_FAILING) break;
    if (!isApplicable(trace) || !isPerformable(system, trace)) continue;
    if (await budget.isSpent()) break;
    tries++;
    const failure = await trial.run(trace);
    if (failure === undefined || !isSameBug(known, { trace, failure })) continue;
    const step = insertedAt <= corruptingStep ? corruptingStep + 1 : corruptingStep;
    const observed = await observeSteps(system, trace, budget);
    failures.push({
      drifts: failure.findings.flatMap(({ drifts }) => drifts),
      command: trace.commands[step],
      before: observed[step - 1],
      after: observed[step],
    });
  }
  return failures;
}

/** Yields variations, those that tell most quantities apart first. */
export function* variations(trace: Trace, corruptingStep: number): Generator<Variation> {
  yield* otherClasses(trace);
  for (const [i, command] of trace.commands.entries()) {
    const larger = withLargerAmount(command);
    if (larger !== undefined) yield { trace: withCommand(trace, i, larger) };
  }
  for (const [i, command] of trace.commands.slice(0, corruptingStep).entries()) {
    if (!('name' in command)) continue;
    const commands = trace.commands.toSpliced(i + 1, 0, { ...command, name: freshName(trace) });
    yield { trace: { shape: trace.shape, commands }, insertedAt: i + 1 };
  }
}

/** A class that occurs more than once changes everywhere: the commands are about the same span. */
function* otherClasses(trace: Trace): Generator<Variation> {
  const classes = new Set(trace.commands.flatMap((command) => ('class' in command ? [command.class] : [])));
  for (const sizeclass of classes) {
    for (const other of [neighborOf(sizeclass), differentSpanOf(sizeclass)]) {
      if (other === undefined || classes.has(other)) continue;
      yield {
        trace: mapped(trace, (command) =>
          'class' in command && command.class === sizeclass ? { ...command, class: other } : command,
        ),
      };
    }
  }
}

function neighborOf(sizeclass: number): number {
  return sizeclass === NUM_SIZE_CLASSES - 1 ? sizeclass - 1 : sizeclass + 1;
}

/** A class whose spans have another number of pages and of slots. */
function differentSpanOf(sizeclass: number): number | undefined {
  const pages = at(class_to_allocnpages, sizeclass);
  const slots = at(class_to_nelems, sizeclass);
  for (let distance = 2; distance < NUM_SIZE_CLASSES; distance++) {
    for (const other of [sizeclass + distance, sizeclass - distance]) {
      if (other < 1 || other >= NUM_SIZE_CLASSES) continue;
      if (at(class_to_allocnpages, other) !== pages && at(class_to_nelems, other) !== slots) return other;
    }
  }
  return undefined;
}

function withLargerAmount(command: Command): Command | undefined {
  switch (command.op) {
    case 'smallAlloc':
      return { ...command, count: command.count + 1 };
    case 'tinyAlloc':
      return { ...command, size: command.size === 15 ? 14 : command.size + 1 };
    case 'largeAlloc':
      return { ...command, size: command.size + 3 * PAGE_SIZE_BYTES };
    case 'allocStack':
      return { ...command, pages: command.pages + 1 };
    case 'free':
    case 'freegc':
    case 'cacheSpan':
    case 'uncacheSpan':
    case 'sweepSpan':
    case 'gcStart':
    case 'readMemStats':
    case 'setProcs':
    case 'freeStack':
      return undefined;
    default:
      return assertNever(command);
  }
}
