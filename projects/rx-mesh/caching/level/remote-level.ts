import {
  EMPTY,
  type Observable,
  catchError,
  concat,
  defaultIfEmpty,
  defer,
  finalize,
  forkJoin,
  from,
  map,
  merge,
  mergeMap,
  of,
  take,
} from 'rxjs';
import type { CacheAudience, CacheOptionValues } from '../cache-options';
import type { ValueFacts } from '../cached-value';
import type { CacheVoid, RemoteFound, RemoteMarks, SecondLevel } from '../remote-level';
import { type Envelope, MOST_MARKS, isInForce, readEnvelope } from './envelope';
import { LevelFaults } from './level-faults';
import {
  CLEAR,
  type CapturedMarks,
  LONGEST_SCOPE,
  marksOf,
  namesIn,
  prefixOf,
  remoteKey,
  voidMarksOf,
} from './marks';
import type { RemoteLevelValues } from './remote-level-options';
import type { RemoteLevelPorts } from './remote-level-ports';
import { RemoteLink, type RemoteRead } from './remote-link';

const NOTHING: RemoteFound = { marks: undefined };

/**
 * The second level over a `RemoteCache`: envelopes, marks, a gate for when it is down, and what it missed meanwhile.
 *
 * A value is written with the marks that were in force when its load began, and is given only while they still are. To make
 * something void is to write another token under its mark. So it does not matter in which order, and how late, writes arrive.
 */
export class RemoteLevel implements SecondLevel {
  readonly #link: RemoteLink;
  readonly #faults: LevelFaults;

  constructor(
    private readonly ports: RemoteLevelPorts,
    private readonly options: RemoteLevelValues,
  ) {
    this.#faults = new LevelFaults(ports.remote.name, ports.diagnostics);
    this.#link = new RemoteLink(ports, ports.codec.name, options, (...what) =>
      this.#faults.tell('RXM708', ...what),
    );
  }

  /** Whether values of these options are kept: not those of a user as long as it is not known who that is. */
  keeps(options: CacheOptionValues): boolean {
    return this.#partition(options) !== undefined;
  }

  /** What there is of a key, in one round trip; in two when it has tags that the options do not name. */
  lookup(key: string, options: CacheOptionValues): Observable<RemoteFound> {
    return defer(() => {
      const prefix = this.#partition(options);
      const { ttl, negativeTtl = ttl } = options;
      const names = marksOf(key, options);
      if (prefix === undefined || names.length > MOST_MARKS || (ttl <= 0 && negativeTtl <= 0))
        return of(NOTHING);
      return this.#link.read(prefix, names, key).pipe(
        mergeMap((read) => {
          const marks: CapturedMarks = { marks: read.marks, prefix };
          return this.#found(prefix, key, read).pipe(
            map((found) => ({ found, marks })),
            defaultIfEmpty({ marks }),
          );
        }),
        catchError(() => of(NOTHING)),
      );
    });
  }

  /**
   * Keeps a value that was loaded with marks, or set. Emits whether it is written; when set: whether the earlier one is void.
   */
  store(
    key: string,
    value: unknown,
    options: CacheOptionValues,
    marks: RemoteMarks | 'set' | undefined,
    facts?: ValueFacts,
  ): Observable<boolean> {
    return defer(() => {
      const prefix = this.#partition(options);
      if (prefix === undefined || !marks) return of(false);
      const names = marksOf(key, options);
      const made$ =
        names.length > MOST_MARKS ? of(undefined) : this.#make(key, value, options, facts);
      const put = (
        envelope: Omit<Envelope, 'marks'> | undefined,
        needed: RemoteRead['marks'] | undefined,
      ) => {
        if (!envelope || !needed) return of(false);
        const until = this.ports.clock.monotonic() + envelope.gone;
        const store = { prefix, envelope: { ...envelope, marks: needed }, until };
        return this.#link.put({ ...store, key: remoteKey(prefix, 'e', key) });
      };
      if (marks === 'set') {
        const own = `key:${key}`;
        const { token, done$ } = this.#link.void(this.#voidKeys({ keys: [key] }));
        // From here on: what is made void while it is under way may be written before it.
        const guard = this.#link.guard(prefix, names);
        const others = names.filter((name) => name !== own);
        return forkJoin([made$, this.#link.readForSet(prefix, others), done$]).pipe(
          mergeMap(([envelope, needed, done]) => {
            const all = done && !guard.isVoid ? needed?.set(own, token) : undefined;
            return put(envelope, all).pipe(map(() => done));
          }),
          finalize(() => this.#link.release(guard)),
        );
      }
      if ((marks as CapturedMarks).prefix !== prefix) return of(false);
      if (!names.every((name) => marks.marks.has(name))) {
        this.#faults.tell('RXM708', key, 'not all of its tags were known before its load');
        return of(false);
      }
      const needed = new Map(names.map((name) => [name, marks.marks.get(name)]));
      return made$.pipe(mergeMap((envelope) => put(envelope, needed)));
    });
  }

  /**
   * Makes something void for all, in what the user has and in what is for everybody. Emits whether that is done, or put off.
   * `all` is what the user has, and only with no user what is for everybody.
   */
  invalidate(what: CacheVoid): Observable<boolean> {
    return defer(() => {
      const marks = this.#voidKeys(what);
      if (marks.length === 0) return of(true);
      const { done$ } = this.#link.void(marks);
      const prefixes = this.#prefixes();
      const entries = prefixes.flatMap((prefix) =>
        (what.keys ?? []).map((key) => remoteKey(prefix, 'e', key)),
      );
      const gone$ = entries.length > 0 ? merge(done$, this.#link.delete(entries)) : done$;
      if (!what.all) return gone$;
      // They are void already; but nobody is to read them who looks into the store itself.
      return concat(gone$, this.#link.deleteAll(remoteKey(prefixes[0] ?? '', 'e', '')));
    });
  }

  /** Whether it answers, or is left alone for a while because it does not. */
  get state(): 'up' | 'down' {
    return this.#link.isDown ? 'down' : 'up';
  }

  /** Ends what goes on by itself. What was put off is lost. */
  destroy(): void {
    this.#link.destroy();
  }

  #partition(options: CacheOptionValues): string | undefined {
    return options.levels === 'all' ? this.#prefix(options.audience) : undefined;
  }

  #voidKeys(what: CacheVoid): string[] {
    const names = voidMarksOf(what);
    const prefixes = this.#prefixes();
    const keys = prefixes.flatMap((prefix) => names.map((name) => remoteKey(prefix, 'm', name)));
    return what.all ? [...keys, remoteKey(prefixes[0] ?? '', 'm', CLEAR)] : keys;
  }

  #prefixes(): string[] {
    return (['user', 'shared'] as const).flatMap((audience) => this.#prefix(audience) ?? []);
  }

  #prefix(audience: CacheAudience): string | undefined {
    const scope = this.ports.scope();
    const prefix = prefixOf(this.options.namespace, audience, scope);
    if (prefix === undefined && scope) {
      const detail = `the scope is no proper text of at most ${LONGEST_SCOPE} characters`;
      this.#faults.tell('RXM708', '*', detail);
    }
    return prefix;
  }

  #found(
    prefix: string,
    key: string,
    { marks, text }: RemoteRead,
  ): Observable<NonNullable<RemoteFound['found']>> {
    if (text === undefined) return EMPTY;
    const { clock, codec } = this.ports;
    const envelope =
      text.length > this.options.maxTextSize
        ? 'it is longer than maxTextSize'
        : readEnvelope(text, codec.name, key, clock.now());
    if (typeof envelope === 'string') this.#faults.tell('RXM707', key, envelope);
    if (typeof envelope !== 'object' || !isInForce(envelope, marks)) return EMPTY;
    const others = [...envelope.marks.keys()].filter((name) => !marks.has(name));
    const rest$: Observable<Pick<RemoteRead, 'marks'>> =
      others.length === 0 ? of({ marks }) : this.#link.read(prefix, others);
    const { madeAt, ttl, validator, limits } = envelope;
    return rest$.pipe(
      catchError(() => EMPTY),
      mergeMap((rest) =>
        isInForce(envelope, rest.marks) ? from(codec.decode(envelope.text)).pipe(take(1)) : EMPTY,
      ),
      map((value) => {
        this.#faults.tell('RXM707', key, undefined);
        const age = Math.max(0, clock.now() - madeAt);
        const [tags, dependencies] = namesIn([...envelope.marks.keys()]);
        return { value, age, ttl, validator, limits, tags, dependencies };
      }),
      catchError((cause: unknown) => {
        this.#faults.tell('RXM707', key, 'its value cannot be read. See cause', cause);
        return EMPTY;
      }),
    );
  }

  #make(
    key: string,
    value: unknown,
    { ttl, negativeTtl, staleWhileRevalidate, staleIfError }: CacheOptionValues,
    { validator, limits }: ValueFacts = {},
  ): Observable<Omit<Envelope, 'marks'> | undefined> {
    const fresh = value === null || value === undefined ? (negativeTtl ?? ttl) : ttl;
    if (fresh <= 0) return of(undefined);
    // A mark must be there longer than what it makes void, also when that is written late.
    const gone = Math.min(
      fresh + Math.max(staleWhileRevalidate, staleIfError),
      this.options.markTtl / 2,
    );
    const madeAt = this.ports.clock.now();
    return defer(() => from(this.ports.codec.encode(value))).pipe(
      take(1),
      map((text) => ({ key, madeAt, ttl: fresh, gone, validator, limits, text })),
      catchError((cause: unknown) => {
        this.#faults.tell('RXM708', key, 'its value cannot be written. See cause', cause);
        return of(undefined);
      }),
    );
  }
}
