// Bundles the page into dist/view/page.js and page.css. `</script` may not stand in the script; esbuild escapes it.
import { build } from 'esbuild';

await build({
  entryPoints: ['view/page/main.tsx', 'view/page/page.css'],
  bundle: true,
  minify: process.env.VIEW_DEBUG === undefined,
  format: 'iife',
  target: ['chrome110', 'firefox115', 'safari16.4'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  tsconfig: 'tsconfig.view.json',
  legalComments: 'inline',
  outdir: 'dist/view/page',
  loader: { '.css': 'css' },
  logLevel: 'warning',
});
