/** The page of a bug in a real Go runtime, in a real browser. */
import { afterAll, expect, test } from 'vitest';
import { at } from '../../properties/at';
import { CHECKS } from '../../properties/checks/checks';
import { goFaultsFor } from '../../faults/goCatalogue';
import { findGo, goSystem } from '../../systems/go/goSystem';
import { TEST_CACHE_DIR, hasGo } from '../../testing/goToolchain';
import { viewHtml } from '../viewHtml';
import { viewTrace } from '../viewTrace';
import { missingBrowser, TestBrowser } from './testBrowser';

const BUILD_TIMEOUT_MS = 300_000;

const missing = missingBrowser();
const browser = new TestBrowser();

afterAll(async () => {
  await browser.close();
  expect(browser.problems).toEqual([]);
});

test.skipIf(missing !== undefined || !hasGo)(
  'a counter of the Go runtime that is wrong is named, beside the spans that the driver tells of',
  async () => {
    const toolchain = await findGo();
    const fault = goFaultsFor(toolchain).find(({ name }) => name.endsWith('alloc-counts-spans'));
    if (fault === undefined) return;
    const edits = fault.edits.map((edit, i) => ({ ...edit, place: `edits[${i}]` }));
    const system = await goSystem({ edits, cacheDir: TEST_CACHE_DIR });
    try {
      const trace = { shape: { procs: 1 }, commands: [{ op: 'cacheSpan', p: 0, class: 36 }] } as const;
      const runs = await viewTrace(trace, { system, checks: CHECKS });
      expect(at(runs, 0).failure?.check).toBe('twins');
      const data = { spancheck: 'view', version: 1, title: 'go', system: 'go', note: toolchain.version, runs } as const;
      const page = await browser.open(await viewHtml(data));
      expect(await page.locator('.verdict').innerText()).toMatch(
        /pagesInUse is wrong since command 1, P0 cacheSpan class 36/,
      );
      expect(await page.locator('tr.wrong').innerText()).toContain('✗ pagesInUse');
      expect(await page.locator('.card .chip').innerText()).toMatch(/^class 36 · span \d+ · 0\/9/);
    } finally {
      await system.close();
    }
  },
  BUILD_TIMEOUT_MS,
);
