import { type Diagnostics, shareLatest } from 'rx-mesh/kernel';
import {
  NEVER,
  type Observable,
  type ObservableNotification,
  catchError,
  defer,
  dematerialize,
  distinctUntilChanged,
  filter,
  fromEvent,
  ignoreElements,
  map,
  materialize,
  merge,
  startWith,
  switchMap,
  tap,
} from 'rxjs';
import type { RegistrySnapshot, RegistrySource } from '../registry-source';
import { SnapshotKeeper } from './snapshot-keeper';
import {
  MESSAGE_VERSION,
  type PostedMessage,
  type TabMessage,
  keepAll,
  keepServices,
  readMessage,
  shortMessage,
  snapshotMessage,
} from './tab-messages';
import { type TabChannel, type TabPorts, heldLock, openChannel } from './tab-ports';

/** What {@link sharedAcrossTabs} needs of the world. */
export interface SharedSourcePorts extends TabPorts {
  /** Where messages are reported that cannot be used (RXM305). */
  readonly diagnostics: Diagnostics;
}

/** Options of {@link sharedAcrossTabs}. */
export interface SharedSourceOptions {
  /**
   * What tells apart who shares: tabs share one watch whose sources have the same name and the same scope, so all is in it
   * that changes what a source says. Other pages of the origin can read it: no secrets.
   */
  readonly scope: string;
  /** How many instances are taken from another tab, at least 1. */
  readonly limit: number;
}

/**
 * Lets the tabs of an origin share one watch of a source. The one that gets a Web Lock watches it, and tells the others
 * over a `BroadcastChannel` each snapshot, and each confirmation of it, so that their lease is renewed too. When it
 * leaves, another one gets the lock and watches; what was known stays until its source has answered.
 *
 * Lock and channel are held while somebody watches and the page is neither left nor frozen. An error of the source is
 * that of the tab which watches; the others do not hear of it, for one of them takes over. What other pages tell is
 * checked like any answer from outside; what cannot be used is left out and reported once (RXM305).
 *
 * @param source What is watched. Its name, lease and `initial` stay.
 * @param ports Without them the source is watched as it is; also by a tab to which lock or channel is refused.
 * @usageNotes
 * ```ts
 * const shared = sharedAcrossTabs(inject(ConsulService), ports, { scope: url, limit: 50_000 });
 * ```
 */
export function sharedAcrossTabs(
  source: RegistrySource,
  ports: SharedSourcePorts | undefined,
  options: SharedSourceOptions,
): RegistrySource {
  if (!ports) return source;
  const { name, initial, lease } = source;
  const snapshots$ = defer(() => new SharedWatch(source, ports, options).run()).pipe(shareLatest());
  return { name, initial, lease, watch: () => snapshots$ };
}

type Word = ObservableNotification<RegistrySnapshot>;

/** One watch of one tab. Its words are notifications: the end of the source has to end more than a part of it. */
class SharedWatch {
  readonly #source: RegistrySource;
  readonly #ports: SharedSourcePorts;
  readonly #limit: number;
  /** Of the lock and of the channel. With the version: tabs of another one could not follow a leader of this one. */
  readonly #name: string;
  readonly #keeper = new SnapshotKeeper();
  readonly #told = new Set<string>();
  /** Whether there was a word ever. */
  #knows = false;
  /** Whether the leader of now has told its word on the channel of now: only that can be confirmed. */
  #heard = false;

  constructor(
    source: RegistrySource,
    ports: SharedSourcePorts,
    { scope, limit }: SharedSourceOptions,
  ) {
    this.#source = source;
    this.#ports = ports;
    this.#limit = limit;
    this.#name = `rx-mesh registry ${MESSAGE_VERSION} ${source.name} ${scope}`;
  }

  run(): Observable<RegistrySnapshot> {
    return this.#ports.events$.pipe(
      startWith('back' as const),
      distinctUntilChanged(),
      // Locks and open channels keep a page out of the back/forward cache, and the others waiting for one that sleeps.
      switchMap((event) => (event === 'away' ? NEVER : this.#join())),
      dematerialize(),
    );
  }

  #join(): Observable<Word> {
    return openChannel(this.#ports, this.#name).pipe(
      switchMap((channel) => {
        const heard$ = fromEvent<MessageEvent<unknown>>(channel, 'message').pipe(
          map(({ data }) => this.#read(data)),
          filter((message) => message !== undefined),
        );
        return heldLock(this.#ports, this.#name).pipe(
          startWith(false),
          switchMap((leads) =>
            leads ? this.#lead(channel, heard$) : this.#follow(channel, heard$),
          ),
        );
      }),
      // The errors of the source are words. This one is of the platform, which does not let tabs share.
      catchError(() => this.#watch()),
    );
  }

  #follow(channel: TabChannel, heard$: Observable<TabMessage>): Observable<Word> {
    this.#heard = false;
    const asked$ = defer(() => {
      this.#post(channel, shortMessage('ask'));
      return NEVER;
    });
    const words$ = heard$.pipe(
      filter((message) => this.#take(message)),
      map((): Word => ({ kind: 'N', value: this.#keeper.snapshot })),
    );
    return merge(words$, asked$);
  }

  #lead(channel: TabChannel, heard$: Observable<TabMessage>): Observable<Word> {
    let sent: RegistrySnapshot | undefined;
    const answer = (): void => {
      if (this.#knows) this.#post(channel, snapshotMessage(this.#keeper.snapshot, true));
    };
    // Somebody may have asked while nobody led.
    answer();
    const answered$ = heard$.pipe(
      filter(({ type }) => type === 'ask'),
      tap(answer),
      ignoreElements(),
    );
    const words$ = this.#watch().pipe(
      tap((word) => {
        if (word.kind !== 'N') return;
        const same = word.value === sent;
        sent = word.value;
        this.#post(channel, same ? shortMessage('same') : snapshotMessage(word.value, false));
      }),
    );
    return merge(answered$, words$);
  }

  /** What the source itself says; unchanged parts are the same objects as before, also before it was asked. */
  #watch(): Observable<Word> {
    return defer(() => {
      let given: RegistrySnapshot | undefined;
      return this.#source.watch().pipe(
        map((snapshot) => {
          if (snapshot !== given) keepAll(this.#keeper, snapshot);
          given = snapshot;
          this.#knows = true;
          return this.#keeper.snapshot;
        }),
        materialize(),
      );
    });
  }

  /** Takes in what the leader says, and says whether it is a word for those who watch. */
  #take(message: TabMessage): boolean {
    if (message.type === 'ask') return false;
    if (message.type === 'same') return this.#heard;
    // An answer to somebody else: nothing was confirmed.
    if (message.answer && this.#heard) return false;
    const { name } = this.#source;
    const bad = keepServices(this.#keeper, message.services, `${name} of a tab`, this.#limit);
    if (bad.count === 0) this.#told.delete('entries');
    else {
      this.#tell(
        'entries',
        `Another tab lists ${bad.count} entries of registry source ${name} that cannot be used. They are left out; the cause is what is wrong with the first.`,
        bad.first,
      );
    }
    this.#heard = !bad.all;
    this.#knows ||= this.#heard;
    return this.#heard;
  }

  #read(data: unknown): TabMessage | undefined {
    try {
      return readMessage(data);
    } catch (cause) {
      const name = JSON.stringify(this.#name);
      this.#tell('message', `Something else than rx-mesh speaks on the channel ${name}.`, cause);
      return undefined;
    }
  }

  #post(channel: TabChannel, message: PostedMessage): void {
    try {
      channel.postMessage(message);
    } catch (cause) {
      const { name } = this.#source;
      this.#tell('post', `The other tabs could not be told of registry source ${name}.`, cause);
    }
  }

  #tell(what: 'entries' | 'message' | 'post', message: string, cause: unknown): void {
    if (this.#told.has(what)) return;
    this.#told.add(what);
    this.#ports.diagnostics.report({
      code: 'RXM305',
      severity: 'warning',
      source: 'sharedAcrossTabs',
      message,
      cause,
    });
  }
}
