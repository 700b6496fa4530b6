// Makes web/static/vendor of the locked packages. `--check` compares with what is there; `--into FOLDER` writes elsewhere.
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { HERE, assets } from './assets.mjs';
import { licences, notices } from './notices.mjs';

const { values: asked } = parseArgs({ options: { check: { type: 'boolean' }, into: { type: 'string' } } });
const folder = asked.into ?? join(HERE, '..', 'static', 'vendor');
const made = await files();
if (asked.check) await compare(made);
else await write(made);

/** Name -> bytes of everything the folder holds: assets under hashed names, the manifest, the licences. */
async function files() {
  const built = await assets();
  const named = new Map(built.map((asset) => [hashedName(asset), asset.bytes]));
  const packages = await licences(built.flatMap((asset) => asset.packages));
  named.set('manifest.json', Buffer.from(JSON.stringify(manifest(built, packages), null, 2) + '\n'));
  named.set('THIRD_PARTY_NOTICES.txt', Buffer.from(notices(packages)));
  return named;
}

function manifest(built, packages) {
  return {
    assets: Object.fromEntries(built.map((asset) => [asset.name, described(asset)])),
    packages: Object.fromEntries(packages.map(({ name, version, license }) => [`${name}@${version}`, license])),
  };
}

/** The size under gzip is only printed: other builds of zlib pack differently. */
function described(asset) {
  const integrity = 'sha384-' + createHash('sha384').update(asset.bytes).digest('base64');
  return { file: hashedName(asset), bytes: asset.bytes.length, integrity };
}

function hashedName({ name, bytes }) {
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
  const ending = extname(name);
  return `${name.slice(0, -ending.length)}.${hash}${ending}`;
}

async function write(files) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of files) {
    await writeFile(join(folder, name), bytes);
    console.log(`${name.padEnd(28)} ${bytes.length} bytes, ${gzipSync(bytes, { level: 9 }).length} under gzip`);
  }
}

async function compare(files) {
  const there = await readdir(folder).catch(() => []);
  const wrong = there.filter((name) => !files.has(name)).map((name) => `${name}: nothing builds it`);
  for (const [name, bytes] of files) {
    if (!there.includes(name)) wrong.push(`${name}: missing`);
    else if (!bytes.equals(await readFile(join(folder, name)))) wrong.push(`${name}: other bytes`);
  }
  if (!wrong.length) return;
  console.error(`Expected ${folder} to be what the locked packages give, but it differs:`);
  console.error(wrong.map((line) => `  ${line}`).join('\n'));
  console.error('If the packages were meant to change, run `make vendor` and commit what it writes.');
  process.exitCode = 1;
}
