// What is measured, in the page: commands that were queued offline are sent, and the page stays able to paint.
import '@angular/compiler'; // Angular itself comes half compiled
import {
  DOCUMENT,
  createEnvironmentInjector,
  Injector,
  ɵINJECTOR_SCOPE as INJECTOR_SCOPE,
} from '@angular/core';
import { CommandBusService, CommandOutboxService, withCommandOutbox } from 'rx-mesh/cqrs';
import { withIndexedDb } from 'rx-mesh/event-sourcing';
import { DIAGNOSTICS, PAGE_STATE, alwaysOnline } from 'rx-mesh/kernel';
import { RecordingDiagnostics } from 'rx-mesh/testing';
import {
  BehaviorSubject,
  filter,
  firstValueFrom,
  from,
  lastValueFrom,
  mergeMap,
  of,
  take,
} from 'rxjs';

const { PerformanceObserver, document, setTimeout } = globalThis;

const LONG = 50; // ms, from where on a browser calls a task long
const AT_ONCE = 100;

/** A page whose network comes and goes. */
function network(isOnline) {
  const online$ = new BehaviorSubject(isOnline);
  return {
    page: {
      ...alwaysOnline,
      online$,
      get online() {
        return online$.value;
      },
    },
    set: (online) => online$.next(online),
  };
}

/** An application, as a tab has it. `done` has the commands in the order in which the handler was called. */
function createApplication({ database, storage, limit, isOnline }) {
  const diagnostics = new RecordingDiagnostics();
  const { page, set } = network(isOnline);
  const injector = createEnvironmentInjector(
    [
      { provide: INJECTOR_SCOPE, useValue: 'root' },
      { provide: DOCUMENT, useValue: document },
      { provide: DIAGNOSTICS, useValue: diagnostics },
      { provide: PAGE_STATE, useValue: page },
      ...(storage === 'indexed-db' ? withIndexedDb({ name: database }).ɵproviders : []),
      ...withCommandOutbox({ limit }).ɵproviders,
    ],
    Injector.NULL,
  );
  const done = [];
  injector.get(CommandBusService).register('Count', ({ id, aggregateId, payload }) => {
    done.push({ id, aggregateId, at: payload.at });
    return of(payload.at);
  });
  return {
    diagnostics,
    done,
    outbox: injector.get(CommandOutboxService),
    goOnline: () => set(true),
    close: () => injector.destroy(),
  };
}

/** Watches long tasks. The browser tells of them a little later. */
function longTasks() {
  const found = [];
  const observer = new PerformanceObserver((list) =>
    found.push(...list.getEntries().map(({ duration }) => duration)),
  );
  observer.observe({ type: 'longtask' });
  return async () => {
    await rest(100);
    found.push(...observer.takeRecords().map(({ duration }) => duration));
    observer.disconnect();
    return { count: found.length, longest: Math.max(0, ...found) };
  };
}

async function measured(work) {
  await rest(50);
  const tasks = longTasks();
  const begin = performance.now();
  await work();
  const took = performance.now() - begin;
  return { took, ...(await tasks()) };
}

function commandsFor(count, aggregates) {
  return Array.from({ length: count }, (_, at) => ({
    id: `command-${String(at).padStart(8, '0')}`,
    type: 'Count',
    aggregateId: `aggregate-${at % aggregates}`,
    payload: {
      at,
      note: 'leave it at the door, please',
      items: [{ sku: 'sku-1001', quantity: 2 }],
    },
  }));
}

/**
 * Queues commands offline, opens the page anew where that keeps them, goes online, and waits until all are done.
 *
 * @returns How long each part took, its long tasks, and what was wrong with the order.
 */
export async function measureDrain({ storage, count, aggregates, run }) {
  const parts = { database: `cqrs-${run}`, storage, limit: count };
  let page = createApplication({ ...parts, isOnline: false });
  const queue = await measured(() =>
    lastValueFrom(
      from(commandsFor(count, aggregates)).pipe(
        mergeMap((command) => page.outbox.enqueue(command).pipe(take(1)), AT_ONCE),
      ),
    ),
  );
  let read = { took: 0, count: 0, longest: 0 };
  const is = (wanted) =>
    firstValueFrom(page.outbox.run().pipe(filter(({ total }) => total === wanted)));
  if (storage === 'indexed-db') {
    page.close();
    page = createApplication({ ...parts, isOnline: false });
    read = await measured(() => is(count));
  }
  const drain = await measured(() => {
    page.goOnline();
    return is(0);
  });
  const wrong = wrongIn(page.done, count);
  const told = page.diagnostics.events?.length ?? 0;
  page.close();
  return { queue, read, drain, wrong, told };
}

/** What is wrong with what was done: each command once, those of an aggregate in their order. */
function wrongIn(done, count) {
  const wrong = [];
  if (new Set(done.map(({ id }) => id)).size !== count || done.length !== count) {
    wrong.push(`${done.length} were done instead of ${count}`);
  }
  const last = new Map();
  for (const { aggregateId, at } of done) {
    if ((last.get(aggregateId) ?? -1) >= at) wrong.push(`${at} of ${aggregateId} came too late`);
    last.set(aggregateId, at);
  }
  return wrong;
}

function rest(ms) {
  return new Promise((done) => setTimeout(done, ms));
}

globalThis.bench = { measureDrain, LONG };
