import { expect, test } from 'vitest';
import { annotationLines, summaryMarkdown } from './github';
import { junitText } from './junit';
import type { Failure } from '../../properties/failure';
import type { RunResult } from './report';

/** A failure whose words try to break out of every format. */
const FAILURE: Failure = {
  step: 0,
  op: 'gcStart',
  check: 'crash',
  drifts: [],
  also: [],
  findings: [],
  flows: 0,
  message: '100%\n::stop-commands::x <b>|]]>\u0000\u001b[31m',
  signature: 'x',
};

const RESULT: RunResult = {
  seed: 7,
  canary: undefined,
  verdicts: [
    {
      system: 'exec:a,b',
      outcome: 'failed',
      seed: 7,
      traces: 1,
      steps: 1,
      seconds: 1,
      checks: ['rescan'],
      checksNotRun: [],
      figuresNotCompared: [],
      limits: [],
      ops: [],
      states: [],
      repeat: 'npx spancheck run',
      found: {
        trace: { shape: { procs: 1 }, commands: [{ op: 'gcStart', p: 0 }] },
        failure: FAILURE,
        commandsBefore: 1,
        tries: 0,
        isShrunk: true,
        file: 'a,b:c.json',
        others: [],
      },
    },
  ],
};

test('an annotation is one workflow command, whatever the failure says', () => {
  const [line, ...rest] = annotationLines(RESULT);
  expect(rest).toEqual([]);
  expect(line).toBe(
    '::error file=a%2Cb%3Ac.json,title=exec%3Aa%2Cb%3A crash::100%25%0A::stop-commands::x <b>|]]>\\u0000\\u001b[31m%0Aa,b:c.json%0Anpx spancheck run',
  );
});

test('a cell of the summary stays in its row', () => {
  const rows = summaryMarkdown(RESULT)
    .split('\n')
    .filter((line) => line.startsWith('| exec'));
  expect(rows).toHaveLength(1);
  expect(rows[0]?.split(' | ')).toHaveLength(5);
  expect(rows[0]).not.toMatch(/[<>\u0000\u001b]/);
});

test('JUnit stays XML', () => {
  expect(junitText(RESULT)).toContain('message="100%&#xA;::stop-commands::x &lt;b>|]]>\ufffd\ufffd[31m (a,b:c.json)"');
});
