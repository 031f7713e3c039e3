// What is measured, in the page: the event store against `idb` by hand, in turns.
import '@angular/compiler'; // Angular itself comes half compiled
import { openDB } from 'idb';
import { lastValueFrom, scan } from 'rxjs';
import { createApplication } from '../../e2e/event-sourcing/page/application.mjs';

const { IDBKeyRange, crypto } = globalThis;

const PER_COMMIT = 100;
const PAGE = 10; // commits, so a thousand events, as the store has them

/** Data of an event, about 420 bytes with what goes with it. */
function dataOf(at) {
  return {
    orderId: `order-${at}`,
    customer: { id: `customer-${at % 997}`, name: 'Ada Lovelace', tier: 'gold' },
    items: [
      { sku: 'sku-1001', quantity: 2, price: 19.99 },
      { sku: 'sku-1002', quantity: 1, price: 5.49 },
    ],
    total: 45.47 + (at % 10),
    currency: 'EUR',
    isGift: false,
    note: 'leave it at the door, please',
  };
}

const batchOf = (at) => Array.from({ length: PER_COMMIT }, (_, index) => dataOf(at + index));

/** The database of the log, as one would make it by hand. */
async function openByHand(name) {
  return openDB(name, 1, {
    upgrade(database) {
      const commits = database.createObjectStore('commits', { keyPath: 'position' });
      commits.createIndex('stream', ['stream', 'first'], { unique: true });
      commits.createIndex('ids', 'ids', { unique: true, multiEntry: true });
      database.createObjectStore('heads', { keyPath: 'stream' });
    },
  });
}

/** The same record, the same heads, one transaction; nothing is checked, nothing is copied. */
async function appendByHand(database, stream, batch, ids) {
  const transaction = database.transaction(['commits', 'heads'], 'readwrite', { durability: 'relaxed' }); // prettier-ignore
  const heads = transaction.objectStore('heads');
  const [all, head] = await Promise.all([heads.get('$all'), heads.get(stream)]);
  const at = Date.now();
  const [position, version] = [all?.position ?? 0, head?.version ?? 0];
  const metadata = { serviceId: 'app', correlationId: ids[0] };
  const count = batch.length;
  transaction.objectStore('commits').add({
    position: position + 1,
    stream,
    first: version + 1,
    count,
    at,
    ids,
    events: batch.map((data) => ({
      type: 'OrderPlaced',
      schemaVersion: 1,
      aggregateId: '1',
      aggregateType: 'order',
      data,
      metadata,
    })),
  });
  const last = position + count;
  heads.put({ stream, at, version: version + count, count: version + count, position: last });
  heads.put({ stream: '$all', at, version: 0, count: last, position: last });
  await transaction.done;
}

const appenders = {
  async ours(name) {
    const { store } = createApplication(name);
    return (stream, batch) => {
      const events = batch.map((data) => ({ type: 'OrderPlaced', data }));
      return lastValueFrom(store.appendToStream(stream, events));
    };
  },
  async peer(name) {
    const database = await openByHand(name);
    return (stream, batch) =>
      appendByHand(
        database,
        stream,
        batch,
        batch.map(() => crypto.randomUUID()),
      );
  },
};

/** @returns How many milliseconds each side took for its appends, round by round: five of one, five of the other. */
export async function measureAppends(rounds, blocks, run) {
  const sides = { ours: await appenders.ours(`ours-${run}`), peer: await appenders.peer(`peer-${run}`) }; // prettier-ignore
  const batches = Array.from({ length: 5 }, (_, at) => batchOf(at * PER_COMMIT));
  const results = [];
  for (let round = 0; round <= rounds; round++) {
    const took = { ours: 0, peer: 0 };
    for (let block = 0; block < blocks; block++) {
      // Who comes first changes, for the second finds a busier disk.
      for (const side of block % 2 ? ['peer', 'ours'] : ['ours', 'peer']) {
        const begin = performance.now();
        for (const [at, batch] of batches.entries()) await sides[side](`order-${(block + at) % 20}`, batch); // prettier-ignore
        took[side] += performance.now() - begin;
      }
    }
    // The first round warms up.
    if (round > 0) results.push(took);
  }
  return results;
}

const fold = (state, event) => ({
  count: state.count + 1,
  total: state.total + event.data.total,
  last: event.version,
});
const start = { count: 0, total: 0, last: 0 };

const readers = {
  async ours(name) {
    const { store } = createApplication(name);
    return () => lastValueFrom(store.readAll().pipe(scan(fold, start)));
  },
  async peer(name) {
    const database = await openByHand(name);
    return async () => {
      let [state, after, isOver] = [start, 0, false];
      while (!isOver) {
        const commits = await database.getAll('commits', IDBKeyRange.lowerBound(after, true), PAGE);
        for (const { events, first, position } of commits) {
          events.forEach(({ data }, at) => {
            state = fold(state, { data, version: first + at });
          });
          after = position + events.length - 1;
        }
        isOver = commits.length < PAGE;
      }
      return state;
    };
  },
};

/** @returns How many milliseconds each side took to read and fold all events, round by round. */
export async function measureReads(rounds, events, run) {
  const name = `read-${run}`;
  const append = await appenders.ours(name);
  for (let at = 0; at < events; at += PER_COMMIT) await append(`order-${(at / PER_COMMIT) % 20}`, batchOf(at)); // prettier-ignore
  const sides = { ours: await readers.ours(name), peer: await readers.peer(name) };
  const results = [];
  for (let round = 0; round <= rounds; round++) {
    const took = {};
    for (const side of round % 2 ? ['peer', 'ours'] : ['ours', 'peer']) {
      const begin = performance.now();
      const { count, total } = await sides[side]();
      took[side] = performance.now() - begin;
      if (count !== events || !(total > 0)) throw new Error(`${side} has read ${count} events`);
      await rest(50);
    }
    if (round > 0) results.push(took);
  }
  return results;
}

function rest(ms) {
  return new Promise((done) => setTimeout(done, ms));
}

globalThis.bench = { measureAppends, measureReads };
