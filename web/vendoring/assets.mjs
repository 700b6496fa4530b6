// What the browser gets from others: one function, which knows each file and the packages inside it.
import { build } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const HERE = fileURLToPath(new URL('.', import.meta.url));
const NOTICE = '/*! The licences are in THIRD_PARTY_NOTICES.txt beside this file. */';

/** Every asset as { name, bytes, packages }; packages are folders below node_modules. */
export async function assets() {
  return [
    await asItCame('htmx.js', 'htmx.org', 'dist/htmx.min.js'),
    await bundled('viewer.js', { format: 'iife', globalName: 'CpmViewer', target: 'es2020' }),
    await bundled('viewer.css', {}),
  ];
}

async function asItCame(name, packageName, path) {
  const bytes = await readFile(join(HERE, 'node_modules', packageName, path));
  return { name, bytes, packages: [packageName] };
}

async function bundled(name, options) {
  const made = await build({
    ...options,
    absWorkingDir: HERE,
    entryPoints: [name],
    outdir: 'out', // named for esbuild's sake: nothing is written
    write: false,
    bundle: true,
    minify: true,
    charset: 'utf8',
    legalComments: 'none',
    banner: { js: NOTICE, css: NOTICE },
    metafile: true,
    logLevel: 'error',
  });
  const inputs = Object.keys(made.metafile.inputs);
  const packages = new Set(inputs.filter((path) => path.includes('node_modules/')).map(packageOf));
  return { name, bytes: Buffer.from(made.outputFiles[0].contents), packages: [...packages] };
}

/** node_modules/a/node_modules/@b/c/lib/x.js -> a/node_modules/@b/c */
function packageOf(path) {
  return path.match(/^node_modules\/((?:.*node_modules\/)?(?:@[^/]+\/)?[^/]+)/)[1];
}
