/** Makes the pictures of the page that the README shows: docs/view-light.png and docs/view-dark.png. */
import { join } from 'node:path';
import { readCatalogue } from '../../faults/catalogue';
import { plantModel } from '../../faults/plantModel';
import { packageRoot } from '../../packageRoot';
import { CHECKS } from '../../properties/checks/checks';
import { modelSystem } from '../../systems/model';
import type { ViewData } from '../viewData';
import { viewHtml } from '../viewHtml';
import { viewTrace } from '../viewTrace';
import { TestBrowser } from './testBrowser';

const FAULT = 'uncache-span-adds';

/** The bug of corpus/uncache-span-adds.json in a heap that holds more than one span. */
const PICTURED = [
  { op: 'smallAlloc', p: 0, class: 5, count: 90, name: 1 },
  { op: 'smallAlloc', p: 1, class: 12, count: 20, name: 2 },
  { op: 'tinyAlloc', p: 0, size: 7, name: 3 },
  { op: 'largeAlloc', p: 1, size: 100_000, name: 4 },
  { op: 'smallAlloc', p: 1, class: 40, count: 9, name: 5 },
  { op: 'allocStack', pages: 4, name: 6 },
  { op: 'uncacheSpan', p: 0, class: 5 },
] as const;

async function pictured(): Promise<ViewData> {
  const fault = readCatalogue().find(({ name }) => name === FAULT);
  if (fault === undefined) throw new Error(`there is no fault ${FAULT}`);
  const options = { system: modelSystem(plantModel(fault)), checks: CHECKS, reference: modelSystem() };
  const runs = await viewTrace({ shape: { procs: 2 }, commands: PICTURED }, options);
  return { spancheck: 'view', version: 1, title: `${FAULT}.json`, system: 'model', plant: fault, runs };
}

async function main(): Promise<void> {
  const html = await viewHtml(await pictured());
  const browser = new TestBrowser();
  for (const theme of ['light', 'dark'] as const) {
    const page = await browser.open(html, { width: 1400, height: 860 });
    if (theme === 'dark') {
      await page.getByRole('button', { name: 'Switch to the dark theme' }).click();
      await page.getByRole('button', { name: 'Nearest passing twin' }).click();
    }
    await page.screenshot({ path: join(packageRoot(), 'docs', `view-${theme}.png`) });
  }
  await browser.close();
}

void main();
