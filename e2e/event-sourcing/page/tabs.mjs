// What several tabs do to one log.
import { lastValueFrom } from 'rxjs';
import { isWrongExpectedVersionError } from 'rx-mesh/event-sourcing';
import { createApplication } from './application.mjs';

/** Appends one event after the other at the version that it has read, and tries again. @returns How often it was too late. */
export async function appendAtVersion(database, stream, who, count) {
  const { store, close } = createApplication(database);
  let conflicts = 0;
  for (let number = 0; number < count;) {
    const { version } = (await lastValueFrom(store.streamHead(stream))) ?? { version: 0 };
    const event = { id: `${who}.${number}`, type: 'Counted', data: { number } };
    try {
      await lastValueFrom(store.appendToStream(stream, event, { expected: version }));
      number++;
    } catch (error) {
      if (!isWrongExpectedVersionError(error)) throw error;
      conflicts++;
    }
  }
  close();
  return conflicts;
}

const followed = new Map(); // database -> what a subscription has seen

/** Subscribes from the beginning on, for as long as the tab lives. */
export function follow(database) {
  const seen = { events: [], caughtUp: 0, error: undefined };
  followed.set(database, seen);
  createApplication(database)
    .store.subscribeToAll()
    .subscribe({
      next: (item) => {
        if (item.type === 'event') seen.events.push(item.event);
        if (item.type === 'caught-up') seen.caughtUp++;
      },
      error: (error) => (seen.error = String(error)),
    });
}

/** Waits until the subscription has seen so many events. @returns What is wrong with them; empty when nothing is. */
export async function faultsOfFollowed(database, count, within = 15_000) {
  const seen = followed.get(database);
  for (const end = performance.now() + within; seen.events.length < count;) {
    if (seen.error) return [seen.error];
    if (performance.now() > end) return [`it saw ${seen.events.length} of ${count} events`];
    await new Promise((done) => setTimeout(done, 20));
  }
  const faults = seen.events.flatMap(({ position }, at) =>
    position === at + 1 ? [] : [`position ${position} came as number ${at + 1}`],
  );
  if (seen.events.length > count) faults.push(`it saw ${seen.events.length} events, not ${count}`);
  if (seen.caughtUp === 0) faults.push('it has never caught up');
  return faults.slice(0, 10);
}

/** @returns The versions of a stream, in order. */
export async function versionsOf(database, stream) {
  const { store, close } = createApplication(database);
  const versions = [];
  await new Promise(
    (complete, error) =>
    store.readStream(stream).subscribe({ next: ({ version }) => versions.push(version), complete, error }), // prettier-ignore
  );
  close();
  return versions;
}
