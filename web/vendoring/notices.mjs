// Which packages are inside, in which version, under which licence, and that licence's text.
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { HERE } from './assets.mjs';

/** Each folder's package as { name, version, license, text }, by name. */
export async function licences(folders) {
  const found = await Promise.all([...new Set(folders)].map(licence));
  return found.sort((one, other) => order(one.name, other.name) || order(one.version, other.version));
}

export function notices(packages) {
  const list = packages.map(({ name, version, license }) => `  ${name} ${version} (${license})\n`);
  const texts = packages.map(({ name, version, text }) => `\n${'='.repeat(80)}\n${name} ${version}\n\n${text}\n`);
  return `The files of this folder are made of these packages:\n\n${list.join('')}${texts.join('')}`;
}

async function licence(folder) {
  const home = join(HERE, 'node_modules', folder);
  const { name, version, license } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8'));
  const file = (await readdir(home)).sort().find((entry) => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`Expected to find the licence of ${name} ${version}, but it brings no such file`);
  const text = (await readFile(join(home, file), 'utf8')).replaceAll('\r\n', '\n').trim();
  return { name, version, license, text };
}

/** By code point, the same in every locale. */
function order(one, other) {
  return one < other ? -1 : Number(one > other);
}
