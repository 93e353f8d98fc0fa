/** The public API, as a user types it: a system by its interface, fast-check's own runners, and the way of a failing trace. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  CHECKS,
  EXPORTS,
  JudgedSystem,
  MEMSTATS_TOTALS,
  drawOptions,
  drawProbabilities,
  explain,
  fastCheckCommands,
  judgeOf,
  modelSystem,
  newMemStats,
  newRescan,
  parseTraceFile,
  plantModel,
  publishedFields,
  readCatalogue,
  shrink,
  traces,
  trialOn,
  verify,
  type Death,
  type MemStats,
  type Observe,
  type Op,
  type SyncSystem,
  type Trace,
} from './index';

/** The only field that it has. */
const FIELDS = publishedFields(new Set(['Mallocs']));

/** A system typed by its interface alone: it counts objects of smallAlloc, and every command is one step. */
class CountingSystem implements SyncSystem {
  readonly isAsync = false;
  readonly name = 'counting';
  readonly ops: ReadonlySet<Op> = new Set(['smallAlloc', 'readMemStats'] as const);
  readonly shows: SyncSystem['shows'] = new Set(['rescan'] as const);
  readonly collection = 'whole';
  readonly observationFlushes = false;
  readonly maxProcs = 1;

  run({ commands }: Trace, observe: Observe): Death | undefined {
    const published = newMemStats();
    const rescan = newRescan();
    let objects = 0;
    for (const [step, command] of commands.entries()) {
      if (command.op === 'smallAlloc') objects += command.count;
      publish(published, objects);
      publish(rescan.stats, objects);
      if (!observe(step, command, { published, rescan, publishes: FIELDS, rescans: FIELDS })) return undefined;
    }
    return undefined;
  }
}

function publish({ totals, mallocs, frees }: MemStats, objects: number): void {
  totals.fill(Number.NaN);
  mallocs.fill(Number.NaN);
  frees.fill(Number.NaN);
  totals[MEMSTATS_TOTALS.indexOf('Mallocs')] = objects;
}

test('a system that implements SyncSystem is verified', async () => {
  const { checksRun, steps } = await verify(new CountingSystem(), { traces: 20 });
  expect(checksRun).toContain('rescan');
  expect(steps).toBeGreaterThan(20);
});

test('the traces run under fc.assert', () => {
  const system = modelSystem();
  const judge = judgeOf(system, { checks: CHECKS });
  const holds = (trace: Trace) => judge.run(trace).failure === undefined;
  fc.assert(fc.property(traces(drawOptions(system, 50)), holds), { numRuns: 20, seed: 1 });
});

test('the commands run under fc.modelRun', () => {
  const system = modelSystem();
  const judged = new JudgedSystem(system, judgeOf(system, { checks: CHECKS }));
  const property = fc.property(fastCheckCommands(drawOptions(system, 50)), (commands) => {
    fc.modelRun(() => judged.start(2), commands);
    judged.end();
  });
  fc.assert(property, { numRuns: 20, seed: 1 });
});

test('a planted fault is found, shrunk, explained and exported', async () => {
  const fault = readCatalogue().find(({ name }) => name === 'uncache-span-adds');
  if (fault === undefined) throw new Error('the catalogue has no uncache-span-adds');
  const system = modelSystem(plantModel(fault));
  const trial = trialOn(system, CHECKS);
  const found = fc.sample(traces(drawOptions(system, 50)), { numRuns: 200, seed: 1 });
  const trace = found.find((drawn) => trial.run(drawn) !== undefined);
  const failure = trace && trial.run(trace);
  if (trace === undefined || failure === undefined) throw new Error('no trace fails');
  const shrunk = await shrink(trace, failure, trial);
  expect(shrunk.trace.commands).toHaveLength(2);
  const explanation = await explain(shrunk.trace, { system, checks: CHECKS, reference: modelSystem() });
  expect(explanation?.steps).toHaveLength(2);
  const { name, edits } = fault;
  const file = { ...shrunk.trace, system: 'model', plant: { name, edits } };
  for (const { write } of [EXPORTS['vitest'], EXPORTS['fast-check'], EXPORTS['markdown']].filter((kind) => !!kind)) {
    const text = await write({ file, from: 'spancheck', explanation: () => Promise.resolve(explanation) });
    expect(text).toContain('uncacheSpan');
  }
});

test('a trace file that verify prints reads back as an example', async () => {
  const fault = readCatalogue().find(({ name }) => name === 'uncache-span-adds');
  const system = modelSystem(plantModel(fault ?? { name: 'none', edits: [] }));
  const message = await verify(system).then(String, String);
  const example = parseTraceFile(message.slice(message.indexOf('{\n')), 'message');
  const seen: number[] = [];
  const again = verify(system, { examples: [example], onProgress: ({ traces: count }) => seen.push(count) });
  await expect(again).rejects.toThrow('rescan');
  expect(seen).toEqual([1]);
});

test('the probabilities of the generator are plain data', () => {
  expect(JSON.parse(JSON.stringify(drawProbabilities))).toEqual(drawProbabilities);
});
