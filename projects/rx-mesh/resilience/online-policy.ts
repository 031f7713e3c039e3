import { createOptions, nonNegative, withoutStack } from 'rx-mesh/kernel';
import { Observable, Subscription } from 'rxjs';
import { whenOnline } from './pause';
import { type ResiliencePolicy, type ResiliencePorts, definePolicy } from './policy';
import { OfflineError } from './resilience-errors';

/** Options of {@link onlinePolicy}. */
export interface OnlineOptions {
  /**
   * How long work may wait for a network, in milliseconds: at least 0 and at most 2147483647. @default 0: it fails at once
   */
  readonly maxWait?: number | undefined;
  /** Over how long those who waited are spread when it is back, in milliseconds, at least 0. @default 1000 */
  readonly spread?: number | undefined;
}

/** The options of {@link onlinePolicy} with a value for each. */
export type OnlineValues = {
  readonly [K in keyof OnlineOptions]-?: NonNullable<OnlineOptions[K]>;
};

const wait = (value: number): string | undefined =>
  nonNegative(value) ?? (value < 2 ** 31 ? undefined : 'at most 2147483647');

const ONLINE = /* @__PURE__ */ createOptions<OnlineValues>(
  'OnlineOptions',
  { maxWait: 0, spread: 1000 },
  { maxWait: wait, spread: wait },
);

/**
 * Sends nothing while the browser is offline: work waits for the network, or fails with an `OfflineError`. That it is
 * online proves nothing, so then the work runs, and fails as it may.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * draft$.pipe(resilient(onlinePolicy({ clock, random, page: inject(PAGE_STATE) }, { maxWait: 60_000 }), 'drafts'));
 * ```
 */
export function onlinePolicy(
  ports: ResiliencePorts,
  options: OnlineOptions = {},
): ResiliencePolicy {
  const { maxWait, spread } = ONLINE.resolve(options);
  const { clock, page } = ports;
  return definePolicy('online', (source, { name, observe }) =>
    !page
      ? source
      : new Observable((out) => {
          if (page.online) return source.subscribe(out);
          const since = clock.monotonic();
          const waiting = new Subscription();
          const fail = (): void => {
            waiting.unsubscribe();
            const waited = clock.monotonic() - since;
            const error = withoutStack(() => new OfflineError(name, waited));
            observe?.({ type: 'rejected', error });
            out.error(error);
          };
          if (maxWait === 0) {
            fail();
            return;
          }
          observe?.({ type: 'waiting', reason: 'offline' });
          waiting.add(clock.scheduler.schedule(fail, maxWait));
          waiting.add(
            whenOnline(page, { ...ports, spread }, () => {
              waiting.unsubscribe();
              out.add(source.subscribe(out));
            }),
          );
          return waiting;
        }),
  );
}
