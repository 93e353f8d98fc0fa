// Bundles the page into dist/view/page.js and page.css. `</script` may not stand in the script; esbuild escapes it.
import { build } from 'esbuild';

await build({
  entryPoints: { page: 'view/page/main.tsx' },
  bundle: true,
  minify: process.env.VIEW_DEBUG === undefined,
  format: 'iife',
  target: ['chrome110', 'firefox115', 'safari16.4'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  tsconfig: 'tsconfig.view.json',
  legalComments: 'inline',
  outdir: 'dist/view',
  logLevel: 'warning',
});
