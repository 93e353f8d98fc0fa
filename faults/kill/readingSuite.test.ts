import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { CHECKS } from '../../properties/checks/checks';
import { Ledger } from '../../properties/ledger/ledger';
import { firstObstacle } from '../../properties/ledger/applicability';
import { modelSystem } from '../../systems/model';
import { findFailure, tracesFor } from './findFailure';
import { plantModel } from '../plantModel';
import { checksAtReads, withReads } from './readingSuite';

test('a read comes after every command that allows one, and all that is left applies', () => {
  fc.assert(
    fc.property(tracesFor(modelSystem()), (trace) => {
      const read = withReads(trace);
      expect(firstObstacle(read)).toBeUndefined();
      const ledger = new Ledger();
      ledger.reset(read.shape.procs);
      for (const [i, command] of read.commands.entries()) {
        ledger.apply(command);
        const isReadNext = read.commands[i + 1]?.op === 'readMemStats';
        if (command.op !== 'readMemStats' && !isReadNext) expect(ledger.freshCells, `after ${i}`).toBeGreaterThan(0);
      }
    }),
    { seed: 1, numRuns: 60 },
  );
});

test('what is gone after a flush is not seen at reads', () => {
  // The row is right again as soon as the P is flushed.
  const hidden = {
    name: 'hidden',
    edits: [{ file: 'mstats.ts', find: 'freesOfClass += local_nsmallfree[cell];\n    }', replace: '}' }],
  };
  const system = modelSystem(plantModel(hidden));
  expect(findFailure(system, CHECKS, 1, 20_000).found).toBeDefined();
  expect(findFailure(system, checksAtReads(CHECKS), 1, 20_000, tracesFor(system).map(withReads)).found).toBeUndefined();
});
