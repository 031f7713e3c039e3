// The rooms and their layers, read from the one place that says them. ESLint, dependency-cruiser and the guards share it.
import { readFileSync } from 'node:fs';

/**
 * @typedef {object} Room
 * @property {string} name Folder under projects/rx-mesh; `src` is the front door.
 * @property {number | 'beside'} layer
 * @property {readonly string[]} imports Rooms that it may import.
 * @property {readonly string[]} http Where it may import @angular/common/http: file names, `folder/`, or `*`.
 */

/** @type {readonly Room[]} */
export const rooms = Object.entries(
  JSON.parse(readFileSync(new URL('../projects/rx-mesh/layers.json', import.meta.url), 'utf8')),
).map(([name, { layer, imports, http = [] }]) => ({ name, layer, imports, http }));

/** What users write to import a room. */
export const entryOf = (room) => (room.name === 'src' ? 'rx-mesh' : `rx-mesh/${room.name}`);
