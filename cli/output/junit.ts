/** A run as a JUnit report: a test suite for each system, a test case for each check. */
import type { Builder } from 'junit-report-builder';
import type { RunResult } from './report';
import type { SystemVerdict } from './verdicts';

// Its types describe an ES module; what `require` returns is the builder itself.
const builder = require('junit-report-builder') as Builder;

/** Returns the report as XML. */
export function junitText({ verdicts, canary }: RunResult): string {
  const report = builder.newBuilder();
  for (const verdict of verdicts) addSuite(report, verdict);
  if (canary !== undefined) {
    const test = report.testSuite().name('canary').testCase().className('canary').name('a planted bug is found');
    if (!canary.isCaught) test.failure(printable(canary.fault));
  }
  return report.build();
}

function addSuite(report: Builder, verdict: SystemVerdict): void {
  const { system, seconds, seed, checks, checksNotRun, repeat } = verdict;
  const suite = report.testSuite().name(printable(system)).time(seconds);
  suite.property('seed', String(seed)).property('repeat', printable(repeat));
  const add = (name: string) => suite.testCase().className(printable(system)).name(printable(name));
  const failures = failuresOf(verdict);
  // A crash, a hang and a throw are failures of no check.
  for (const name of new Set([...checks, ...failures.keys()])) {
    const test = add(name);
    const texts = failures.get(name);
    if (texts !== undefined) test.failure(printable(texts.join('\n')), name);
    if (verdict.outcome === 'skipped') test.skipped();
  }
  for (const { name } of checksNotRun) add(name).skipped();
  if (verdict.outcome === 'nothing checked' || verdict.outcome === 'interrupted')
    add('run').error(printable(verdict.note ?? verdict.outcome), verdict.outcome);
}

/** Returns what failed, by the check that saw it first. */
function failuresOf({ found, later = [] }: SystemVerdict): ReadonlyMap<string, readonly string[]> {
  const failures = new Map<string, string[]>();
  for (const { failure, file } of found === undefined ? [] : [found, ...found.others, ...later])
    failures.set(failure.check, [...(failures.get(failure.check) ?? []), `${failure.message} (${file})`]);
  return failures;
}

/** Replaces what XML 1.0 cannot hold even escaped. */
function printable(text: string): string {
  return text.replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '\u{fffd}');
}
