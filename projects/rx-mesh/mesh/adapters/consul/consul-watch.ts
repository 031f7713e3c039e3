import { type RandomSource, type PageState, exponentialBackoff, isServer } from 'rx-mesh/kernel';
import {
  EMPTY,
  type Observable,
  Subject,
  catchError,
  concat,
  defer,
  filter,
  finalize,
  map,
  merge,
  mergeMap,
  of,
  takeWhile,
  throwError,
} from 'rxjs';
import type { RegistrySnapshot } from '../registry-source';
import { RegistryRequestError } from '../registry/registry-errors';
import { rounds } from '../registry/rounds';
import { CONSUL_NAME } from './consul-client';
import { readCatalog } from './consul-health';
import { namesOf } from './consul-options';
import { ConsulQuery } from './consul-query';
import { type WatchedPorts, WatchedService, isFiltered } from './consul-watched';

/** What {@link ConsulWatch} needs of the world. */
export interface WatchPorts extends WatchedPorts {
  readonly random: RandomSource;
  readonly page: PageState;
  /** How long what was confirmed holds, in milliseconds. */
  readonly lease: number;
}

const MOST_SERVICES = 100;
const CATALOG = 'the catalog';

/** One watch of Consul from its subscription to its end. What is known outlives it in the keeper. */
export class ConsulWatch {
  readonly #ports: WatchPorts;
  readonly #pace = { longest: Infinity, queries: 0 };
  readonly #services = new Map<string, WatchedService>();
  readonly #failing = new Map<string, unknown>();
  readonly #failures = new Subject<void>();
  // Consul's own clients wait 5 s, 20 s, 45 s up to 180 s; a page has somebody who looks at it.
  readonly #backoff = exponentialBackoff({ initial: 1000, max: 60_000, jitter: 'equal' });
  #catalogSettled = true;
  #answered = false;
  #last: RegistrySnapshot | undefined;

  constructor(ports: WatchPorts) {
    this.#ports = ports;
  }

  /**
   * What is known: for the first time when each service was answered or has failed, then after each change and each
   * confirmation. Never errors in a browser; on the server it reads once, and errors if nothing at all was answered.
   */
  run(): Observable<RegistrySnapshot> {
    const names = namesOf(this.#ports.options);
    const all$ = names ? this.#watchAll(names) : this.#watchCatalog();
    const confirmed$ = all$.pipe(map(() => this.#tell(true)));
    const told$ = isServer()
      ? concat(
          confirmed$,
          defer(() => this.#end()),
        )
      : merge(confirmed$, this.#failures.pipe(map(() => this.#tell(false))));
    return told$.pipe(filter((snapshot) => snapshot !== undefined));
  }

  /** The services that Consul lists; those that are known from before are watched until they are gone. */
  #watchCatalog(): Observable<unknown> {
    this.#catalogSettled = false;
    this.#pace.queries++;
    const query = new ConsulQuery(this.#ports, this.#pace, 'catalog/services');
    const round = (): Observable<readonly string[]> =>
      query.read((json, { headers }) => {
        const listed = readCatalog(json, this.#ports.options.tag);
        if (listed) this.#doubt(listed.length === 0 && isFiltered(headers));
        return listed;
      });
    return this.#rounds(
      CATALOG,
      query,
      () => query.rest(),
      round,
      () => {
        this.#catalogSettled = true;
      },
    ).pipe(mergeMap((listed) => this.#follow(listed)));
  }

  #follow(listed: readonly string[]): Observable<unknown> {
    this.#catalogSettled = true;
    if (listed.length === 0) this.#answered = true;
    const names = new Set(listed.slice(0, MOST_SERVICES));
    this.#ports.reports.tell(CATALOG, listed.length > MOST_SERVICES, {
      code: 'RXM303',
      message: `Consul lists ${listed.length} services. Only ${MOST_SERVICES} of them, by name, are watched. Name the ones that you need in the services of withConsul().`,
    });
    const wanted = new Set([...names, ...this.#ports.keeper.services]);
    const fresh = new Map([...wanted].filter((n) => !this.#services.has(n)).map((n) => [n, n]));
    const joined$ = this.#watchAll(fresh);
    for (const [name, service] of this.#services) service.dismissed = !names.has(name);
    return merge(of(undefined), joined$);
  }

  #watchAll(names: ReadonlyMap<string, string>): Observable<unknown> {
    this.#pace.queries += names.size;
    for (const [name, called] of names) {
      this.#services.set(name, new WatchedService(this.#ports, this.#pace, name, called));
    }
    return merge(
      ...[...names.keys()].map((name) => {
        const service = this.#services.get(name);
        return service ? this.#watch(name, service) : EMPTY;
      }),
    );
  }

  #watch(name: string, service: WatchedService): Observable<unknown> {
    const read = (): Observable<void> => service.read();
    return this.#rounds(
      name,
      service.query,
      () => service.rest(),
      read,
      () => {
        service.fail(this.#ports.lease);
      },
    ).pipe(
      map(() => {
        this.#answered = true;
        return !service.over;
      }),
      takeWhile((goesOn) => goesOn, true),
      finalize(() => {
        this.#pace.queries--;
        this.#services.delete(name);
      }),
    );
  }

  #rounds<T>(
    about: string,
    query: ConsulQuery,
    rest: () => number,
    round: () => Observable<T>,
    fail: () => void,
  ): Observable<T> {
    const failed = (error: unknown): void => {
      if (query.cutOff) return;
      fail();
      this.#note(about, error);
      this.#failures.next();
    };
    const reads$ = rounds(this.#ports, { rest, backoff: this.#backoff, onFailure: failed }, () =>
      round().pipe(
        map((value) => {
          this.#well(about, query.blind);
          return value;
        }),
      ),
    );
    if (!isServer()) return reads$;
    return reads$.pipe(
      catchError((error: unknown) => {
        failed(error);
        return EMPTY;
      }),
    );
  }

  /** The snapshot where there is something to tell: after a failure only what has changed. */
  #tell(confirmed: boolean): RegistrySnapshot | undefined {
    const settled = [...this.#services.values()].every((service) => service.settled);
    if (!settled || !this.#catalogSettled || !this.#answered) return undefined;
    const { snapshot } = this.#ports.keeper;
    if (!confirmed && snapshot === this.#last) return undefined;
    return (this.#last = snapshot);
  }

  #end(): Observable<RegistrySnapshot | undefined> {
    if (this.#answered) return of(undefined);
    const [cause] = this.#failing.values();
    const { client } = this.#ports;
    const error = new RegistryRequestError(CONSUL_NAME, client.urlOf(''), { cause });
    return throwError(() => (cause instanceof Error ? cause : error));
  }

  #note(about: string, error: unknown): void {
    this.#failing.set(about, error);
    this.#ports.reports.tell('', true, {
      code: 'RXM306',
      message: `Consul could not be asked for ${about}. What was known is kept, and it is asked again. The cause says what happened.`,
      cause: error,
    });
  }

  #well(about: string, blind: boolean): void {
    this.#failing.delete(about);
    const { reports, options } = this.#ports;
    if (this.#failing.size === 0) reports.tell('', false, NOTHING);
    reports.tell('', blind, {
      code: 'RXM307',
      message: `The page cannot read the index of Consul, so it reads each service every ${options.pollPeriod} ms instead of waiting for a change. Let Consul or the proxy before it answer with Access-Control-Expose-Headers: X-Consul-Index.`,
    });
  }

  #doubt(filtered: boolean): void {
    this.#ports.reports.tell(CATALOG, filtered, {
      code: 'RXM308',
      message:
        'Consul lists no service, and says that it left some out for want of rights. Check the token of withConsul().',
    });
  }
}

const NOTHING = { code: 'RXM306', message: '' } as const;
