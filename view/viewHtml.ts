/**
 * Writes the page: one file with its script, its style and its data, under a policy that lets it load nothing else.
 * Names and messages in the data may come from a stranger; the page only ever shows them as text.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { packageRoot } from '../packageRoot';
import { EnvironmentError } from '../properties/input/environmentError';
import type { ViewData } from './viewData';

/** Longer data is packed: gzip, then Base64. */
const MAX_PLAIN_CHARS = 300_000;

/** Returns the page. Throws `EnvironmentError` if its script has not been built. */
export async function viewHtml(data: ViewData): Promise<string> {
  const [script, style] = await Promise.all([builtFile('main.js'), builtFile('page.css')]);
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(data.title)} · spancheck</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<div id="page"><p class="loading">Loading the trace…</p></div>
<noscript>This page needs JavaScript; it loads nothing from a network.</noscript>
${dataScript(data)}
<script>${script}</script>
</body>
</html>
`;
}

function dataScript(data: ViewData): string {
  const json = JSON.stringify(data);
  if (json.length > MAX_PLAIN_CHARS)
    return `<script type="application/gzip" id="data">${gzipSync(json).toString('base64')}</script>`;
  return `<script type="application/json" id="data">${escapeScript(json)}</script>`;
}

/** Neither `</script` nor `<!--` may stand in a script element; in JSON an escape says the same as the character. */
function escapeScript(json: string): string {
  return json.replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

async function builtFile(name: string): Promise<string> {
  const path = join(packageRoot(), 'dist', 'view', 'page', name);
  try {
    return await readFile(path, 'utf8');
  } catch {
    throw new EnvironmentError(`${path}: the script of the page is missing; build it with npm run build`);
  }
}
