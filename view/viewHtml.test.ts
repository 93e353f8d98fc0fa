import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { viewExecution } from './viewExecution';
import { viewHtml } from './viewHtml';
import type { ViewData } from './viewData';

const HOSTILE = '</script><script>alert(1)</script><!--\u2028';

function data(title: string, steps: number): ViewData {
  const execution = Array.from({ length: steps }, (_, i) => ({ participant: 0, text: `P0: step ${i} ${HOSTILE}` }));
  const run = viewExecution({ participants: ['P0'], steps: execution, rule: HOSTILE });
  return { spancheck: 'view', version: 1, title, system: 'model', runs: [run] };
}

test('names and messages cannot end the data, and the data is what went in', async () => {
  const html = await viewHtml(data(HOSTILE, 2));
  expect(html.match(/<\/script/g)).toHaveLength(2);
  expect(html).not.toContain('<!--');
  expect(html).toContain('<title>&lt;/script&gt;');
  const json = /<script type="application\/json" id="data">(.*)<\/script>/.exec(html)?.[1] ?? '';
  expect(JSON.parse(json)).toEqual(data(HOSTILE, 2));
});

test('long data is packed', async () => {
  const html = await viewHtml(data('long', 5000));
  const packed = /<script type="application\/gzip" id="data">([A-Za-z0-9+/=]*)<\/script>/.exec(html)?.[1] ?? '';
  expect(JSON.parse(gunzipSync(Buffer.from(packed, 'base64')).toString('utf8'))).toEqual(data('long', 5000));
  expect(html.length).toBeLessThan(300_000);
});

test('the policy lets the page run its own script and style, and nothing else', async () => {
  const html = await viewHtml(data('policy', 1));
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1];
  const hash = (text = ''): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const script = /<script>([\s\S]*)<\/script>/.exec(html)?.[1];
  const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1];
  expect(policy).toBe(
    `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; img-src data:; base-uri 'none'; form-action 'none'`,
  );
  expect(html).not.toMatch(/(src|href)="(?!data:)/);
});
