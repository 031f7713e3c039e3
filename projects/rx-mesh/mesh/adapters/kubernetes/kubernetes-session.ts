import type { Clock, Diagnostics, PageState, RandomSource } from 'rx-mesh/kernel';
import {
  EMPTY,
  type Observable,
  Subject,
  catchError,
  concat,
  defer,
  expand,
  filter,
  map,
  of,
  reduce,
  switchMap,
  take,
  takeUntil,
  tap,
  timer,
} from 'rxjs';
import type { RegistrySnapshot } from '../registry-source';
import type { LongPollSlots } from '../registry/long-poll-slots';
import {
  type RegistryFailure,
  RegistryRequestError,
  isRegistryRequestError,
} from '../registry/registry-errors';
import { rounds } from '../registry/rounds';
import { SnapshotKeeper } from '../registry/snapshot-keeper';
import { type EndpointSlice, readSlice } from './endpoint-slices';
import type { TextLine } from './json-lines';
import { KubernetesNews } from './kubernetes-news';
import { type KubernetesValues, servicesOf } from './kubernetes-options';
import type { KubernetesRequests, SlicePage } from './kubernetes-requests';
import { KUBERNETES_NAME } from './kubernetes-status';
import { SliceInstances } from './slice-instances';
import { SliceStore } from './slice-store';
import { readWatchEvent } from './watch-events';
import { WatchTempo, type WatchRun } from './watch-tempo';

/** What a session needs of the world. */
export interface KubernetesPorts {
  readonly options: KubernetesValues;
  readonly requests: KubernetesRequests;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly page: PageState;
  readonly slots: LongPollSlots;
  readonly diagnostics: Diagnostics;
}

// Half a million slices by default: a list without an end is none.
const MOST_PAGES = 1000;
const RELIST_AFTER = 10_000;

/** List and watch of one subscriber. It is to be run once. */
export class KubernetesSession {
  readonly #ports: KubernetesPorts;
  readonly #store = new SliceStore();
  readonly #keeper = new SnapshotKeeper();
  readonly #instances: SliceInstances;
  readonly #news: KubernetesNews;
  readonly #tempo: WatchTempo;
  /** Something came that cannot be read. */
  readonly #unreadable = new Subject<void>();
  /** Items of the list that are no slices, or lines that are no events, since the last list. */
  #unread = 0;

  constructor(ports: KubernetesPorts) {
    this.#ports = ports;
    const names = servicesOf(ports.options);
    this.#instances = new SliceInstances(this.#store, this.#keeper, ports.options, names);
    this.#news = new KubernetesNews(ports.diagnostics);
    this.#tempo = new WatchTempo(ports);
  }

  /** Lists and watches for ever; on the server it lists once. Errors when that is forbidden. */
  run(): Observable<RegistrySnapshot> {
    return rounds<RegistrySnapshot | RegistryRequestError>(
      this.#ports,
      {
        rest: () => this.#tempo.takePause(),
        backoff: this.#ports.options.backoff,
        onFailure: (error, wait) => this.#tellFailure(true, error, wait),
      },
      () =>
        defer(() =>
          this.#store.version === undefined ? this.#list() : this.#watch(this.#store.version),
        ).pipe(
          // A refusal is the last word, and no round that failed: to ask on would only fill the logs of the server.
          catchError((error: unknown) => {
            if (isRegistryRequestError(error) && error.status === 403) return of(error);
            throw error;
          }),
        ),
    ).pipe(
      map((word) => {
        if (word instanceof RegistryRequestError) throw word;
        return word;
      }),
      tap(() => this.#tellFailure(false)),
    );
  }

  #list(): Observable<RegistrySnapshot> {
    return this.#pages(this.#ports.options.limit).pipe(
      // Its pages are of a version that the server has forgotten meanwhile. In one piece that cannot happen.
      catchError((error: unknown) => {
        if (isRegistryRequestError(error) && error.status === 410) return this.#pages(0);
        throw error;
      }),
      map(({ items, version }) => {
        const slices = items.map(readSlice).filter((slice): slice is EndpointSlice => !!slice);
        this.#unread = items.length - slices.length;
        this.#store.replace(slices, version);
        return this.#snapshot();
      }),
    );
  }

  #pages(limit: number): Observable<SlicePage> {
    const { requests } = this.#ports;
    return requests.page(limit, '').pipe(
      expand(({ next }, at) => {
        if (next === '') return EMPTY;
        if (at + 1 < MOST_PAGES) return requests.page(limit, next);
        const malformed = `a list of more than ${MOST_PAGES} pages`;
        throw new RegistryRequestError(KUBERNETES_NAME, requests.url, { malformed });
      }),
      reduce((all: SlicePage, page) => ({ ...page, items: [...all.items, ...page.items] })),
    );
  }

  #watch(version: string): Observable<RegistrySnapshot> {
    const { clock, requests, slots } = this.#ports;
    const watching = defer(() => {
      const run = this.#tempo.begin(requests.url);
      const words = requests.watch(version, run.seconds, run.idle).pipe(
        tap(() => this.#tempo.heard(run)),
        filter((lines) => lines.length > 0),
        map((lines) => this.#take(lines, run)),
      );
      return concat(
        words,
        defer(() => this.#ended(run)),
      ).pipe(catchError((error: unknown) => this.#broke(error, run)));
    });
    // What came after the line that cannot be read is still taken for a while; not each such line costs a list.
    const enough = this.#unreadable.pipe(
      take(1),
      switchMap(() => timer(RELIST_AFTER, clock.scheduler)),
    );
    return slots.hold(requests.url, watching).pipe(takeUntil(enough));
  }

  #take(lines: readonly TextLine[], run: WatchRun): RegistrySnapshot {
    for (const { text, whole } of lines) {
      const event = readWatchEvent(text);
      if (event?.type === 'ERROR') {
        this.#store.forget();
        throw this.#ports.requests.refusedBy(event.status);
      }
      if (event) {
        this.#store.apply(event);
        if (event.type !== 'BOOKMARK') run.changes++;
      } else if (whole) {
        this.#unread++;
        this.#store.forget();
        this.#unreadable.next();
      }
      // The last line is cut off where the connection was: it comes again, since its version was not reached.
    }
    return this.#snapshot();
  }

  #ended(run: WatchRun): Observable<RegistrySnapshot> {
    const { short, buffered } = this.#tempo.ended(run);
    if (buffered) {
      this.#news.tell('RXM309', '', true, () => ({
        message: `Something between here and Kubernetes holds the watch back until its end: changes come up to ${run.seconds} seconds late. Switch buffering off there, in nginx by proxy_buffering off.`,
      }));
    }
    return short ? EMPTY : of(this.#snapshot());
  }

  /** A watch that fails. Where it can be resumed at once, or has to be listed anew, that is no failure of the round. */
  #broke(error: unknown, run: WatchRun): Observable<never> {
    const failure = isRegistryRequestError(error) ? error.failure : undefined;
    const status = failure && 'status' in failure ? failure.status : undefined;
    if (status === 410) {
      this.#store.forget();
      this.#tempo.ended(run);
      return EMPTY;
    }
    if (status === 504) this.#tempo.cutOff(run);
    const lost = !failure || 'cause' in failure || 'timeout' in failure;
    const resumable = lost || status === 401 || status === 429 || (status ?? 0) >= 500;
    // A version that this server does not know yet may be one that it never will.
    if (!resumable || tooLarge(failure)) this.#store.forget();
    if (lost && this.#tempo.lost(run, failure !== undefined && 'timeout' in failure)) {
      this.#store.forget();
    }
    if (lost && this.#tempo.resumes(run)) return EMPTY;
    throw error;
  }

  #snapshot(): RegistrySnapshot {
    this.#instances.update(new Date(this.#ports.clock.now()));
    const { faults } = this.#instances;
    const unread = this.#unread;
    this.#news.tell('RXM305', 'slices', faults.length > 0, () => ({
      message: `Kubernetes lists endpoints of ${faults.length} services that cannot be used. They are left out; the cause is what is wrong with the first.`,
      cause: faults[0],
    }));
    this.#news.tell('RXM305', 'lines', unread > 0, () => ({
      message:
        'Kubernetes, or a proxy in between, sent something that is no EndpointSlice or no event. It is skipped, and the list is read again soon.',
    }));
    this.#news.tell('RXM303', '', this.#store.full, () => ({
      message:
        'Kubernetes lists more endpoints than are held. The rest is left out. Name the services in withKubernetes(), or set labelSelector.',
    }));
    return this.#keeper.snapshot;
  }

  #tellFailure(holds: boolean, error?: unknown, wait = 0): void {
    this.#news.tell('RXM306', '', holds, () => ({
      message: `${error instanceof Error ? error.message : 'Kubernetes could not be asked.'} What is known is kept; it is asked again in ${Math.round(wait)} ms, and so on.`,
      cause: error,
    }));
  }
}

function tooLarge(failure: RegistryFailure | undefined): boolean {
  return !!failure && 'status' in failure && /resource ?version/i.test(failure.text ?? '');
}
