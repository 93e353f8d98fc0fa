import { expect, test } from 'vitest';
import { readCatalogue } from '../catalogue';
import type { FaultFile } from '../faultFile';
import { kill } from './kill';
import { killAll } from './killPool';
import { withWitnesses } from '../../scripts/noteWitnesses';
import { killRows, killSummary, killTasks, type KillRow } from './killTable';

const OPTIONS = { seed: 1, seeds: 2, budgetSteps: 20_000, isQuick: false };

test('a kill table is the same in any number of threads, except for its seconds', async () => {
  const faults = [faultOf('uncache-span-adds'), faultOf('tiny-hit-not-counted')];
  const tasks = killTasks(faults, OPTIONS);
  const done: number[] = [];
  const pooled = killRows(faults, await killAll(tasks, (_, count) => done.push(count)));
  const here = killRows(faults, await Promise.all(tasks.map((task) => kill(task))));
  expect(pooled.map(withoutSeconds)).toEqual(here.map(withoutSeconds));
  expect(done).toEqual(tasks.map((_, i) => i + 1));
  expect(killSummary(here)).toMatchObject({ faults: 2, killedAlways: 2, unseenByRescan: 1, hiddenFromReads: 0 });
});

test('a caught fault is shrunk and certified; one that only the ledger sees survives the rescan', async () => {
  const faults = [faultOf('tiny-hit-not-counted')];
  const [row] = killRows(faults, await Promise.all(killTasks(faults, OPTIONS).map((task) => kill(task))));
  expect(row).toMatchObject({ killed: 2, seeds: 2, survived: [], check: 'tiny', shrunk: 2, isCertified: true });
  expect(row.rescanAlone).toMatchObject({ isKilled: false });
  expect(row.readsEachStep).toMatchObject({ isKilled: true });
});

test('a fault that survives says with which seeds', async () => {
  const harmless: FaultFile = {
    name: 'harmless',
    origin: '',
    text: '',
    edits: [{ file: 'proc.ts', find: 'if (nprocs > h.gomaxprocs)', replace: 'if (h.gomaxprocs < nprocs)' }],
  };
  const rows = killRows(
    [harmless],
    await Promise.all(killTasks([harmless], { ...OPTIONS, budgetSteps: 500, isQuick: true }).map((task) => kill(task))),
  );
  expect(rows).toMatchObject([{ killed: 0, survived: [1, 2], check: undefined, shrunk: undefined }]);
});

test('a row lists the witnesses that saw the fault and the expected ones that missed it', async () => {
  const fault: FaultFile = { ...faultOf('tiny-hit-not-counted'), seenBy: ['L', 'R'] };
  const [row] = killRows(
    [fault],
    await Promise.all(killTasks([fault], { ...OPTIONS, isQuick: true }).map((task) => kill(task))),
  );
  expect(row).toMatchObject({ seenBy: ['L'], missedBy: ['R'] });
});

test('noting the witnesses of a fault changes nothing else in its file', () => {
  const text = '{\n  "name": "x",\n  "edits": [\n  ]\n}\n';
  const noted = '{\n  "name": "x",\n  "seenBy": ["R", "S"],\n  "edits": [\n  ]\n}\n';
  expect(withWitnesses(text, ['R', 'S'])).toBe(noted);
  expect(withWitnesses(noted, ['R', 'S'])).toBe(noted);
  expect(withWitnesses(noted, [])).toBe(text);
});

test('only the named checks run', async () => {
  const result = await kill({
    fault: faultOf('uncache-span-adds'),
    way: 'suite',
    seeds: [1],
    checks: ['monotone', 'ledger'],
    budgetSteps: 20_000,
    isShrunk: false,
  });
  expect(result.kills.map(({ check }) => check)).toEqual(['ledger']);
});

function faultOf(name: string): FaultFile {
  const fault = readCatalogue().find((candidate) => candidate.name === name);
  if (fault === undefined) throw new Error(`${name} is not in the catalogue`);
  return fault;
}

function withoutSeconds(row: KillRow): object {
  return { ...row, seconds: undefined };
}
