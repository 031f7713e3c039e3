// A tab that appends until it is killed, and what another finds afterwards.
import { lastValueFrom, toArray } from 'rxjs';
import { AT_ONCE, commitOf, idOf, sizeOf } from '../commits.mjs';
import { createApplication } from './application.mjs';

/** Appends for ever. `acknowledged(round, number, version, position)` and `failed` are what the script outside hears. */
export function appendUntilKilled(database, round, durability) {
  const { store } = createApplication(database);
  let begun = 0;
  const appendNext = async () => {
    for (;;) {
      const number = begun++;
      const { stream, events, expected } = commitOf(round, number);
      const append$ = store.appendToStream(stream, events, { expected, durability });
      const { version, position } = await lastValueFrom(append$);
      globalThis.acknowledged(round, number, version, position);
    }
  };
  for (let each = 0; each < AT_ONCE; each++) {
    appendNext().catch((error) => globalThis.failed(String(error)));
  }
}

/**
 * Looks for what was acknowledged, and for parts of commits.
 *
 * @param acknowledged Rows of round, number, version and position.
 * @param after The position behind which they all are.
 */
export async function lookAfter(database, acknowledged, after) {
  const events = await allEvents(database, after);
  const byId = new Map(events.map((event) => [event.id, event]));
  const lost = acknowledged.filter(([round, number, version, position]) => {
    const size = sizeOf(round, number);
    return !commitOf(round, number).events.every(({ id, data }, at) => {
      const found = byId.get(id);
      return (
        found?.version === version - size + 1 + at &&
        found.position === position - size + 1 + at &&
        JSON.stringify(found.data) === JSON.stringify(data)
      );
    });
  });
  const sizes = new Map(); // commit -> how many of its events there are
  for (const { data } of events) {
    const commit = `${data.round}.${data.number}`;
    sizes.set(commit, (sizes.get(commit) ?? 0) + 1);
  }
  const partial = [...sizes].filter(([commit, size]) => size !== sizeOf(...commit.split('.').map(Number))); // prettier-ignore
  // The last commit of each round that is there.
  const last = new Map();
  for (const { data } of events) last.set(data.round, Math.max(data.number, last.get(data.round) ?? -1)); // prettier-ignore
  return { lost, partial, last: [...last] };
}

/** Appends the commits of these numbers once more, with the same ids. @returns How many were `known`, and where it ends. */
export async function repeat(database, round, numbers) {
  const { store, close } = createApplication(database);
  let known = 0;
  for (const number of numbers) {
    const { stream, events, expected } = commitOf(round, number);
    const { duplicate } = await lastValueFrom(store.appendToStream(stream, events, { expected }));
    if (duplicate) known++;
  }
  const { position: end } = await lastValueFrom(store.head());
  close();
  return { known, end };
}

/** How many events there are, and what is wrong with the whole log: nothing when each commit up to a number is there once, as one, in order. */
export async function faultsOf(database, upTo) {
  const events = await allEvents(database);
  const faults = [];
  const versions = new Map();
  const ids = new Set();
  events.forEach(({ id, stream, version, position }, at) => {
    if (position !== at + 1) faults.push(`position ${position} follows ${at}`);
    if (version !== (versions.get(stream) ?? 0) + 1) faults.push(`version ${version} of ${stream} follows ${versions.get(stream)}`); // prettier-ignore
    versions.set(stream, version);
    if (ids.has(id)) faults.push(`${id} is there twice`);
    ids.add(id);
  });
  let expected = 0;
  for (const [round, last] of upTo) {
    for (let number = 0; number <= last; number++) {
      const size = sizeOf(round, number);
      expected += size;
      for (let at = 0; at < size; at++)
        if (!ids.has(idOf(round, number, at))) faults.push(`${idOf(round, number, at)} is missing`);
    }
  }
  if (ids.size !== expected) faults.push(`there are ${ids.size} events, not ${expected}`);
  return { count: events.length, faults: faults.slice(0, 10) };
}

async function allEvents(database, after = 0) {
  const { store, close } = createApplication(database);
  const events = await lastValueFrom(store.readAll({ after }).pipe(toArray()));
  close();
  return events;
}
