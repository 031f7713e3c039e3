// The commands of the README: the lines of its `sh` blocks, in their order.
import { readFileSync } from 'node:fs';

/** @returns {string[][]} The lines of each block, without comments. */
export function commandsOf(file) {
  const blocks = readFileSync(file, 'utf8').matchAll(/^```sh\n([^]*?)^```$/gm);
  return [...blocks].map(([, text]) =>
    text
      .split('\n')
      .map((line) => line.replace(/\s+#.*$/, '').trim())
      .filter(Boolean),
  );
}

/** Takes the next block that is expected. Throws when the README says something else: then this script is to be changed. */
export function reader(blocks) {
  const rest = [...blocks];
  return {
    next(...beginnings) {
      const lines = rest.shift() ?? [];
      const fits = lines.length === beginnings.length;
      if (!fits || !beginnings.every((beginning, at) => lines[at].startsWith(beginning))) {
        throw new Error(
          `The README says\n  ${lines.join('\n  ')}\nwhere e2e/readme/run.mjs expects\n  ${beginnings.join('\n  ')}`,
        );
      }
      return lines;
    },
    end() {
      if (rest.length) {
        throw new Error(`Nobody checks what the README says last:\n  ${rest.flat().join('\n  ')}`);
      }
    },
  };
}
