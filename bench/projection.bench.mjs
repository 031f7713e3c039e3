// A projection of a million events: what it holds in memory must not grow with the log. The log is generated, so that only the
// projection is measured; its storage keeps a hundred records.
import { DOCUMENT, Injector, ɵINJECTOR_SCOPE as INJECTOR_SCOPE } from '@angular/core';
import { EVENT_LOG, ProjectionService, createProjection } from 'rx-mesh/event-sourcing';
import { NEVER, filter, firstValueFrom } from 'rxjs';

const RECORDS = 100;

/** A log of so many events, made when they are read. */
function generatedLog(count, look) {
  const eventAt = (position) => ({
    id: `e${position}`,
    type: 'Counted',
    stream: `s-${position % RECORDS}`,
    version: Math.ceil(position / RECORDS),
    position,
    schemaVersion: 1,
    aggregateId: String(position % RECORDS),
    aggregateType: 's',
    timestamp: position,
    data: { by: 1 },
    metadata: { serviceId: 'bench' },
  });
  const page = (after, max) => {
    const last = Math.min(count, after + max);
    const events = Array.from({ length: last - after }, (_, at) => eventAt(after + at + 1));
    return { events, next: last, end: last === count };
  };
  return {
    name: 'generated',
    capabilities: { crossTab: false, crossClient: false, backwardRead: false, truncate: false },
    durability: 'memory',
    readAll: async ({ after = 0, max = 500 } = {}) => {
      look(after);
      return page(after, max);
    },
    head: async () => ({ position: count, count }),
    hints$: NEVER,
    close: () => undefined,
  };
}

/** Runs a projection to the end, and gives the largest heap that was seen after a collection. */
async function project(count) {
  let largest = 0;
  let seen = 0;
  // The collection takes its time as well, so it is not done at each page.
  const look = (position) => {
    if (position < seen) return;
    seen = position + count / 20;
    globalThis.gc();
    largest = Math.max(largest, process.memoryUsage().heapUsed);
  };
  const injector = Injector.create({
    providers: [
      { provide: INJECTOR_SCOPE, useValue: 'root' },
      { provide: DOCUMENT, useValue: { defaultView: null } },
      { provide: EVENT_LOG, useValue: generatedLog(count, look) },
    ],
  });
  const projections = injector.get(ProjectionService);
  const totals = createProjection({
    name: 'totals',
    initial: () => 0,
    when: { Counted: (total, { data }) => total + data.by },
    idOf: ({ aggregateId }) => aggregateId,
  });
  const start = performance.now();
  await firstValueFrom(projections.run(totals).pipe(filter(({ position }) => position === count)));
  const seconds = (performance.now() - start) / 1000;
  const total = await firstValueFrom(projections.state(totals, '7'));
  injector.destroy();
  if (total !== count / RECORDS) throw new Error(`The state is ${total}, not ${count / RECORDS}.`);
  return { largest, seconds };
}

/** Told by bench/run.mjs. */
export async function report() {
  // Garbage is no memory that is held: run.mjs is started without the option.
  const { setFlagsFromString } = await import('node:v8');
  const { runInNewContext } = await import('node:vm');
  setFlagsFromString('--expose-gc');
  globalThis.gc = runInNewContext('gc');
  await project(20_000);
  const lines = [];
  for (const count of [100_000, 1_000_000]) {
    const { largest, seconds } = await project(count);
    const heap = (largest / 1e6).toFixed(1);
    lines.push(
      `${count} events: at most ${heap} MB of heap, ${(count / seconds / 1000).toFixed(1)} k/s`,
    );
  }
  return lines;
}
