import { expect, test } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const FOLDER = 'dist/demo-app/browser';
/** In KiB, as Lighthouse counts. */
const LIMIT = 200 * 1024;

/** The scripts that the first page cannot begin without: those of the document, and what they import statically. */
function initialScripts(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const take = (name: string): void => {
    if (found.has(name)) return;
    const text = readFileSync(join(FOLDER, name), 'utf8');
    found.set(name, text);
    for (const [, next] of text.matchAll(/(?:\bfrom|\bimport)\s*["']\.\/([\w-]+\.js)["']/g)) {
      take(next ?? '');
    }
  };
  const html = readFileSync(join(FOLDER, 'index.html'), 'utf8');
  for (const [, name] of html.matchAll(/(?:src|href)="([\w-]+\.js)"/g)) take(name ?? '');
  return found;
}

test('begins with less than 200 KiB of script, gzipped', () => {
  const scripts = initialScripts();
  const sizes = [...scripts].map(([name, text]) => [name, gzipSync(text).length] as const);
  const sum = sizes.reduce((total, [, bytes]) => total + bytes, 0);

  expect(scripts.size).toBeGreaterThan(2);
  expect(sum, JSON.stringify(sizes)).toBeLessThan(LIMIT);
});
