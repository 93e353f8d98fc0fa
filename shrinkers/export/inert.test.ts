/**
 * Nothing that a file or a program under test says reaches an exported source, a Markdown text or a terminal as anything
 * but text: random strings of what is dangerous in one of them go through every export.
 */
import { runInNewContext } from 'node:vm';
import * as fc from 'fast-check';
import ts from 'typescript';
import { expect, test } from 'vitest';
import type { Failure } from '../../properties/failure';
import type { Command } from '../../properties/trace/command';
import type { TraceFile } from '../../properties/trace/traceFile';
import type { Explanation } from '../explain/explain';
import { inert, markdownText } from '../explain/markdown';
import { terminalText } from '../explain/terminal';
import { EXPORTS } from './exports';
import { dataText, escapeSource } from './exportText';

const NASTY = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\n',
        '\r',
        '\t',
        '\u0000',
        '\u001b[31m',
        '\u009b',
        '\u2028',
        '\u202e',
        '\u200f',
        '\ufeff',
        '\ud800',
        '\u{e0001}',
        '*/',
        '/*',
        '//',
        '</script',
        '<!--',
        '`',
        '${',
        '"',
        "'",
        '\\',
        '\\u',
        '|',
        '<img src=x>',
        '&lt;',
        '[a](b)',
        '![',
        ']',
        '[5]',
        '[5](x)',
        '**',
        '_',
        '__proto__',
        '```',
        '# ',
        '- ',
        '1. ',
        '@user',
        'http://x',
        'www.x',
        '#12',
        '$x$',
        '%s',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));

const COMMANDS: readonly Command[] = [
  { op: 'smallAlloc', p: 0, class: 5, count: 1, name: 1 },
  { op: 'uncacheSpan', p: 0, class: 5 },
];
const SHAPE = { procs: 1 };

/** A file, and its story, in which every text that somebody else may have chosen is the given one. */
function said(text: string): { readonly file: TraceFile; readonly story: Explanation } {
  const drifts = [{ counter: text, expected: 1, actual: 2 }];
  const findings = [{ check: text, drifts }];
  const failure: Failure = {
    step: 1,
    op: 'uncacheSpan',
    check: text,
    drifts,
    also: [text, text],
    findings,
    flows: 0,
    message: text,
    signature: text,
  };
  const { step, check, signature, message } = failure;
  const edits = [{ file: 'mcache.ts', find: text, replace: text }];
  const file: TraceFile = {
    system: 'model',
    note: text,
    checks: ['rescan'],
    plant: { name: text, origin: text, text, edits },
    shape: SHAPE,
    commands: COMMANDS,
    failure: { step, check, signature, message, drifts },
  };
  const steps = COMMANDS.map((command) => ({
    command,
    events: [text],
    changes: [{ counter: text, by: 1, expectedBy: 2 }],
    without: `fails differently: ${text}`,
  }));
  const story: Explanation = {
    trace: { shape: SHAPE, commands: COMMANDS },
    failure,
    steps,
    corruptingStep: 1,
    equals: `+1 = ${text}`,
    nearestPassing: undefined,
    certificate: undefined,
    rate: undefined,
    isCutShort: false,
  };
  return { file, story };
}

async function exported(kind: string, file: TraceFile, story: Explanation, release = 'go1.26.8'): Promise<string> {
  return EXPORTS[kind].write({ file, from: 'spancheck', release, explanation: async () => Promise.resolve(story) });
}

const STEERING = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

test.each(['vitest', 'fast-check'])(
  '%s: the source parses as the same statements, and the fault is as it was',
  async (kind) => {
    const shapeOf = (text: string): readonly ts.SyntaxKind[] => {
      expect(ts.transpileModule(text, { reportDiagnostics: true }).diagnostics).toEqual([]);
      const source = ts.createSourceFile('x.ts', text, ts.ScriptTarget.Latest);
      return source.statements.map((statement) => statement.kind);
    };
    const plain = said('plain');
    const expected = shapeOf(await exported(kind, plain.file, plain.story));
    await fc.assert(
      fc.asyncProperty(NASTY, async (text) => {
        for (const system of ['model', `exec:${text}`]) {
          const { file, story } = said(text);
          const source = await exported(kind, { ...file, system }, story);
          expect(source).not.toMatch(STEERING);
          if (system === 'model') expect(shapeOf(source)).toEqual(expected);
          else expect(shapeOf(source)).toHaveLength(expected.length - 1);
          const literal = system === 'model' ? JSON.stringify(text) : undefined;
          if (literal !== undefined) expect(literalsOf(source)).toContain(text);
        }
      }),
      { numRuns: 25 },
    );
  },
);

function literalsOf(text: string): readonly string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node)) found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('x.ts', text, ts.ScriptTarget.Latest));
  return found;
}

test('go: what is said stands in comments only, and the test has a name that Go accepts', async () => {
  await fc.assert(
    fc.asyncProperty(NASTY, async (text) => {
      const { file, story } = said(text);
      const source = await exported('go', { ...file, plant: null }, story, `go1.26.8 ${text}`);
      expect(source).not.toMatch(STEERING);
      expect(source).toMatch(/^func TestMemStats[A-Za-z0-9]+_[0-9a-f]{8}\(t \*testing\.T\) \{$/m);
      const code = source.split('\n').filter((line) => !line.startsWith('//'));
      const { file: plain, story: told } = said('plain');
      const other = await exported('go', { ...plain, plant: null }, told);
      const nameless = (line: string): string => line.replace(/^func TestMemStats\w+/, 'func Test');
      const expected = other.split('\n').filter((line) => !line.startsWith('//'));
      expect(code.map(nameless)).toEqual(expected.map(nameless));
    }),
    { numRuns: 200 },
  );
});

test('markdown: rows keep their cells, no tag but our own, and the trace can be read again', async () => {
  await fc.assert(
    fc.asyncProperty(NASTY, async (text) => {
      const { file, story } = said(text);
      const markdown = await exported('markdown', file, story);
      expect(markdown).not.toMatch(STEERING);
      const [head = '', json = ''] = markdown.split('\n```json\n');
      expect(head.replace(/<br>|<\/?details>|<\/?summary>/g, '')).not.toMatch(/<|(?<!\w)@\w|:\/\//);
      const rows = head.split('\n').filter((line) => line.startsWith('|'));
      expect(rows.map((line) => line.split('|').length)).toEqual([7, 7, 7, 7]);
      const block = json.slice(0, json.indexOf('\n```\n'));
      expect(JSON.parse(block)).toEqual(JSON.parse(JSON.stringify({ spancheck: 'trace', version: 1, ...file })));
    }),
    { numRuns: 200 },
  );
});

test('markdown: what is inert shows as it was', () => {
  expect(inert('nmalloc[5] +127, expected −127')).toBe('nmalloc[5] +127, expected −127');
  expect(inert('heap_live of P1')).toBe('heap_live of P1');
  expect(inert('<b>|`x`')).toBe('&#60;b&#62;&#124;&#96;x&#96;');
  expect(inert('[x](http://y)')).toBe('&#91;x&#93;(http&#58;//y)');
  expect(inert('# no heading')).toBe('&#35; no heading');
  expect(inert('1. no list')).toBe('1&#46; no list');
  const unescaped = (text: string): string =>
    text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(unescaped(inert(text))).toBe(text.trim());
    }),
  );
});

test('terminal: every line stays a line of at most 100 columns, and nothing steers it', () => {
  const lines = terminalText(said('plain').story, { isColoured: false }).split('\n').length;
  fc.assert(
    fc.property(NASTY, (text) => {
      const printed = terminalText(said(text).story, { isColoured: false });
      expect(printed).not.toMatch(STEERING);
      expect(printed).not.toContain('\t');
      expect(printed.split('\n').length).toBeLessThanOrEqual(lines + 6);
      expect(Math.max(...printed.split('\n').map((line) => Array.from(line).length))).toBeLessThanOrEqual(100);
      expect(
        markdownText(said(text).story)
          .split('\n')
          .filter((line) => line.startsWith('#')),
      ).toHaveLength(1);
    }),
    { examples: [['𐀀'.repeat(60)], [`a${'𐀀'.repeat(60)}`]] },
  );
});

test('a literal keeps its value, a key named __proto__ too', () => {
  const read = (text: string): unknown => runInNewContext(`(${text})`) as unknown;
  fc.assert(
    fc.property(NASTY, fc.object({ key: NASTY, maxDepth: 2, values: [NASTY, fc.integer()] }), (text, object) => {
      expect(read(dataText(text))).toBe(text);
      expect(JSON.stringify(read(dataText(object)))).toBe(JSON.stringify(object));
      expect(dataText(object)).not.toMatch(/\*\/|<\/|<!/);
      expect(JSON.parse(escapeSource(JSON.stringify(object)))).toEqual(JSON.parse(JSON.stringify(object)));
    }),
  );
});
