// A command through the bus to a handler in the page, against that handler through one switchMap; and what it takes to have
// 10 000 queued commands done, in the Chromium of the machine.
import { DOCUMENT, Injector, ɵINJECTOR_SCOPE as INJECTOR_SCOPE } from '@angular/core';
import { CommandBusService } from 'rx-mesh/cqrs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { finalize, of, switchMap, timeout } from 'rxjs';

const inject = (token) =>
  Injector.create({
    providers: [
      { provide: INJECTOR_SCOPE, useValue: 'root' },
      { provide: DOCUMENT, useValue: {} },
    ],
  }).get(token);

const handler = ({ payload }) => of(payload.amount);
const LIMIT = 30_000;
const REMEMBERED = 10_000;

// Commands that are made before, so that only the way to the handler is measured. When the first one comes again, the bus
// has forgotten it long since: it is another command with the same id.
const MADE = REMEMBERED + 500;
const commands = Array.from({ length: MADE }, (_, at) => ({
  id: `command-${at}`,
  type: 'Pay',
  aggregateId: `account-${at % 100}`,
  payload: { amount: at },
  metadata: { timestamp: new Date(1_700_000_000_000 + at) },
}));

/** Each command after the other, round and round, by a way of its own. */
function each(work) {
  let next = 0;
  return () => {
    work(commands[next]);
    if (++next === MADE) next = 0;
  };
}

const bus = inject(CommandBusService);
bus.register('Pay', handler);
const sent = ['CommandBusService.send', each((command) => bus.send(command).subscribe())];

/** The goal: at most twice. */
const direct = [
  'of(command) through one switchMap',
  each((command) => of(command).pipe(switchMap(handler)).subscribe()),
];

/** What one would write by hand to have a command done once, in its turn, and in time. */
const results = new Map();
const underWay = new Set();
const byHand = [
  'a map of results, switchMap and timeout',
  each((command) => {
    underWay.add(command.aggregateId);
    of(command)
      .pipe(
        switchMap((one) => (results.has(one.id) ? of(results.get(one.id)) : handler(one))),
        timeout({ first: LIMIT }),
        finalize(() => underWay.delete(command.aggregateId)),
      )
      .subscribe((result) => {
        results.set(command.id, result);
        if (results.size > REMEMBERED) results.delete(results.keys().next().value);
      });
  }),
];

const again = { ...commands[0], id: 'again' };

export const pairs = [
  { what: 'a command to a handler that answers at once', ours: sent, peer: direct },
  { what: 'the same, against as much care by hand', ours: sent, peer: byHand },
  {
    what: 'a command that is done already',
    ours: ['CommandBusService.send', () => bus.send(again).subscribe()],
    peer: [
      'of(command) through one switchMap',
      () => of(again).pipe(switchMap(handler)).subscribe(),
    ],
  },
];

/** What cannot be measured in this process. Told by bench/run.mjs. */
export async function report() {
  // At run time, for it is no code of an application.
  const { drainInChromium } = await import(pathToFileURL(resolve('bench/cqrs/chromium.mjs')));
  return drainInChromium();
}
