/**
 * The canary: a bug planted in every whole run, which the suite must find and shrink. If a suite misses it, finding
 * nothing else proves nothing.
 */
import { join } from 'node:path';
import { plantModel } from '../../faults/plantModel';
import { packageRoot } from '../../packageRoot';
import { CHECKS } from '../../properties/checks/checks';
import { runSuite } from '../../properties/suite';
import { shrink } from '../../shrinkers/shrink';
import { modelSystem } from '../../systems/model';
import { readFault } from '../input/faultFiles';
import { secondsSince, type Session } from './session';
import { trialOn } from '../../shrinkers/trial';
import type { CanaryResult } from '../output/canaryResult';

/** It must be found within this many traces; it takes one or two. */
const TRACES = 200;
const COMMANDS = 400;

/** Working shrinkers get it down to this many commands. */
const SHRUNK_COMMANDS = 2;

export async function canary(session: Session, seed: number): Promise<CanaryResult> {
  const startMs = performance.now();
  const fault = await readFault(join(packageRoot(), 'faults', 'canary.json'));
  const system = modelSystem(plantModel(fault));
  const { found, steps } = await runSuite({ system, checks: CHECKS, seed, traces: TRACES, maxCommands: COMMANDS });
  const none = { fault: fault.text, steps, check: undefined, commandsBefore: 0, commands: 0 };
  if (found === undefined) return { isCaught: false, ...none, seconds: secondsSince(startMs) };
  const { trace } = await shrink(found.trace, found.failure, trialOn(system, CHECKS), { isOver: session.deadline(5) });
  return {
    isCaught: trace.commands.length <= SHRUNK_COMMANDS,
    fault: fault.text,
    steps,
    check: found.failure.check,
    commandsBefore: found.trace.commands.length,
    commands: trace.commands.length,
    seconds: secondsSince(startMs),
  };
}
