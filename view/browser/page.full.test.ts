/** The page in a real browser: what a reader can find, and that nothing in a trace file is markup. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CHECKS } from '../../properties/checks/checks';
import { parseTraceFile } from '../../properties/trace/traceFile';
import { packageRoot } from '../../packageRoot';
import { modelSystem } from '../../systems/model';
import { bigTrace } from '../../testing/bigTrace';
import { missingBrowser, TestBrowser } from './testBrowser';
import { planted } from '../../testing/planted';
import { viewExecution } from '../viewExecution';
import { viewHtml } from '../viewHtml';
import { viewTrace } from '../viewTrace';
import type { ViewData } from '../viewData';

const missing = missingBrowser();
if (missing !== undefined) process.stderr.write(`SKIPPED  the page in a browser: ${missing}\n`);

let browser: TestBrowser;
let canary: ViewData;

beforeAll(async () => {
  browser = new TestBrowser();
  const text = readFileSync(join(packageRoot(), 'corpus', 'uncache-span-adds.json'), 'utf8');
  const { system } = planted('uncache-span-adds');
  const runs = await viewTrace(parseTraceFile(text, 'corpus'), { system, checks: CHECKS, reference: modelSystem() });
  canary = { spancheck: 'view', version: 1, title: 'canary', system: 'model', runs };
});

afterAll(async () => {
  await browser.close();
  expect(browser.problems).toEqual([]);
  expect(browser.requests).toEqual([]);
});

test.skipIf(missing !== undefined)(
  'the page of the canary names the wrong counter, the step and the reason',
  async () => {
    const page = await browser.open(await viewHtml(canary));
    const verdict = await textOf(page, '.verdict');
    expect(verdict).toContain('nmalloc[1] is wrong since command 2, P0 uncacheSpan class 1.');
    expect(verdict).toContain('It moved by +1,023; the clean model moves it by −1,023.');
    expect(verdict).toContain('2 · (nelems − allocCount) · elemsize of span 1');
    expect(await textOf(page, '.command.current')).toContain('✗ corrupts');
    const wrong = page.locator('tr.wrong', { hasText: 'nmalloc[1]' });
    expect(await wrong.innerText()).toMatch(/✗ nmalloc\[1\][\s\S]*2,047[\s\S]*≠ 1[\s\S]*\+2,046/);
    expect(await axeFindings(page)).toEqual([]);
  },
);

test.skipIf(missing !== undefined)('keys step through the trace, and the address follows', async () => {
  const page = await browser.open(await viewHtml(canary), { hash: '#step=1' });
  expect(await textOf(page, '.position')).toBe('1 of 2');
  expect(await textOf(page, '.span-detail')).toContain('the bet: 1,023 unused slots');
  expect(await page.locator('tr.wrong').count()).toBe(0);
  const positions: string[] = [];
  for (const key of ['ArrowRight', 'ArrowLeft', 'j', 'k', 'Home', 'End']) {
    await page.keyboard.press(key);
    positions.push((await textOf(page, '.position')).slice(0, 1));
  }
  expect(positions).toEqual(['2', '1', '2', '1', '0', '2']);
  await page.waitForURL(/#step=2$/);
  await page.keyboard.press('Home');
  await page.keyboard.press('Space');
  await page.locator('.position', { hasText: '2 of 2' }).waitFor();
});

test.skipIf(missing !== undefined)('an object and a span can be followed', async () => {
  const page = await browser.open(await viewHtml(canary), { hash: '#step=1' });
  await page.getByRole('button', { name: 'Follow o1' }).click();
  expect(await textOf(page, '.following')).toContain('Following o1, touched by 2 steps');
  await page.getByRole('button', { name: 'Later step that touches o1' }).click();
  expect(await textOf(page, '.position')).toBe('2 of 2');
  await page.getByRole('button', { name: 'Stop following o1' }).click();
  await page.getByRole('button', { name: 'span 1', exact: true }).click();
  expect(await textOf(page, '.following')).toContain('Following span 1');
});

test.skipIf(missing !== undefined)('the passing twin and the trace without a command stand beside it', async () => {
  const page = await browser.open(await viewHtml(canary));
  await page.getByRole('button', { name: 'Nearest passing twin' }).click();
  expect(await page.locator('.heap').count()).toBe(2);
  expect(await textOf(page, '.commands')).toContain('≠ differs');
  expect(await page.locator('th', { hasText: 'beside' }).count()).toBe(1);
  await page.getByLabel('Beside it').selectOption({ label: 'without command 2: holds' });
  expect(await textOf(page, '.heaps')).toContain('without command 2');
  expect(await axeFindings(page)).toEqual([]);
});

test.skipIf(missing !== undefined)(
  'dark, on a phone and on a large screen there is nothing that axe finds',
  async () => {
    const html = await viewHtml(canary);
    for (const size of [
      { width: 390, height: 844 },
      { width: 1280, height: 800 },
      { width: 3840, height: 2160 },
    ]) {
      const page = await browser.open(html, { ...size, hash: '#step=1' });
      expect(await axeFindings(page)).toEqual([]);
      await page.getByRole('button', { name: 'Switch to the dark theme' }).click();
      expect(await axeFindings(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth > innerWidth')).toBe(false);
      await page.close();
    }
  },
);

test.skipIf(missing !== undefined)('no panel moves while stepping', async () => {
  const page = await browser.open(await viewHtml(canary), { hash: '#step=0' });
  const boxes = async (): Promise<unknown> =>
    page.evaluate(
      '[...document.querySelectorAll("header, .verdict, .controls, .panel, .arena")].map((e) => { const { x, y, width, height } = e.getBoundingClientRect(); return [x, y, width, height]; })',
    );
  const before = await boxes();
  for (let i = 0; i < 2; i++) {
    await page.keyboard.press('ArrowRight');
    expect(await boxes()).toEqual(before);
  }
});

test.skipIf(missing !== undefined)('hostile names and messages are text', async () => {
  const hostile = '</script><img src=x onerror=alert(1)><script>alert(2)</script><!--';
  const [run] = canary.runs;
  const failure = { step: 1, check: hostile, message: hostile, also: [hostile], equals: hostile };
  const commands = { ...run.commands, text: [hostile, hostile], without: [hostile, hostile] };
  const runs = [
    { ...run, failure, commands, label: hostile, rows: run.rows.map((row) => ({ ...row, name: hostile })) },
  ] as const;
  const data = {
    ...canary,
    title: hostile,
    system: hostile,
    note: hostile,
    plant: { name: hostile, text: hostile },
    runs,
  };
  const page = await browser.open(await viewHtml(data));
  expect(await textOf(page, 'h1')).toContain('<img src=x onerror=alert(1)>');
  expect(await textOf(page, '.verdict')).toContain('</script>');
  expect(await page.title()).toContain('</script>');
  expect(await page.locator('img').count()).toBe(0);
  expect(await page.evaluate('document.scripts.length')).toBe(2);
});

test.skipIf(missing !== undefined)('an execution stands in lanes, one for each participant', async () => {
  const steps = [
    { participant: 0, text: 'P0: lock' },
    { participant: 1, text: 'sweeper: load nmalloc' },
    { participant: 0, text: 'P0: add nmalloc' },
  ];
  const run = viewExecution({ participants: ['P0', 'sweeper'], steps, rule: 'an update is lost' });
  const page = await browser.open(await viewHtml({ ...canary, runs: [run] }));
  expect(await textOf(page, '.lanes')).toMatch(/P0\s*sweeper/);
  expect(await page.locator('.command.switch').count()).toBe(2);
  expect(await textOf(page, '.verdict')).toContain('an update is lost');
  expect(await axeFindings(page)).toEqual([]);
});

test.skipIf(missing !== undefined)(
  'a long trace with many spans: all of it is there, and little of it in the document',
  async () => {
    const runs = await viewTrace(bigTrace(6000, 1500), { system: modelSystem(), checks: CHECKS });
    const html = await viewHtml({ ...canary, title: 'big', runs });
    expect(html).toContain('application/gzip');
    const page = await browser.open(html, { hash: '#step=5990' });
    expect(await textOf(page, '.verdict')).toContain('Holds. 6,000 steps');
    expect(await page.locator('.command').count()).toBeLessThan(60);
    await page.keyboard.press('Home');
    await page.keyboard.press('End');
    expect(await textOf(page, '.position')).toBe('6,000 of 6,000');
    await page.getByLabel('Filter commands by text or object').fill('o1501');
    expect(await textOf(page, '.filters output')).toMatch(/^\d shown$/);
    expect(await axeFindings(page)).toEqual([]);
  },
);

async function textOf(page: Page, selector: string): Promise<string> {
  return (await page.locator(selector).first().innerText()).replaceAll(/\s+/g, ' ').trim();
}

/**
 * Returns the findings of axe-core, as `rule: element`. It runs in a world of its own, since the policy of the page forbids
 * scripts that a test brings along.
 */
async function axeFindings(page: Page): Promise<readonly string[]> {
  const source = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
  const session = await page.context().newCDPSession(page);
  const { frameTree } = await session.send('Page.getFrameTree');
  const { executionContextId } = await session.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id });
  await session.send('Runtime.evaluate', { expression: source, contextId: executionContextId });
  const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
    expression: `axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ': ' + target.join(' '))))`,
    contextId: executionContextId,
    awaitPromise: true,
    returnByValue: true,
  });
  if (exceptionDetails !== undefined) throw new Error(exceptionDetails.text);
  return result.value as readonly string[];
}
