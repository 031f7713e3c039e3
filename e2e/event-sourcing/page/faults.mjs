// What the platform does to a log.
import { lastValueFrom } from 'rxjs';
import { createApplication } from './application.mjs';

const { btoa, crypto, indexedDB } = globalThis;

/** Appends one event, and keeps the connection open. @returns The code of the error; nothing when it went well. */
export async function tryToAppend(database, size = 1) {
  const { store } = kept(database);
  const event = { type: 'Noted', data: noise(size) };
  return lastValueFrom(store.appendToStream('s', event)).then(
    () => undefined,
    (error) => error.code ?? String(error),
  );
}

/** @returns How many events there are, from the head and from reading. */
export async function countOf(database) {
  const { store } = kept(database);
  const head = await lastValueFrom(store.head());
  let read = 0;
  await new Promise((complete, error) =>
    store.readAll().subscribe({ next: () => read++, complete, error }),
  );
  return { head: head.count, read };
}

/** Removes the events of the stream below a version. */
export async function truncate(database, before) {
  return kept(database).log.truncate('s', { before });
}

/** Does what a newer version of the application does. @returns Whether the others stood in its way. */
export async function upgrade(database) {
  let blocked = false;
  await new Promise((done, failed) => {
    const request = indexedDB.open(database, 2);
    request.onblocked = () => (blocked = true);
    request.onerror = () => failed(request.error);
    request.onsuccess = () => {
      request.result.close();
      done();
    };
  });
  return blocked;
}

/** Deletes the database, as a user does who clears the data of the site. @returns Whether the others stood in its way. */
export async function clearSite(database) {
  let blocked = false;
  await new Promise((done, failed) => {
    const request = indexedDB.deleteDatabase(database);
    request.onblocked = () => (blocked = true);
    request.onerror = () => failed(request.error);
    request.onsuccess = () => done();
  });
  return blocked;
}

const applications = new Map();

function kept(database) {
  const found = applications.get(database) ?? createApplication(database, { maxEventBytes: 4_000_000 }); // prettier-ignore
  applications.set(database, found);
  return found;
}

// What no disk can make smaller.
function noise(size) {
  let text = '';
  while (text.length < size) {
    const bytes = crypto.getRandomValues(new Uint8Array(30_000));
    text += btoa(String.fromCharCode(...bytes));
  }
  return text.slice(0, size);
}
