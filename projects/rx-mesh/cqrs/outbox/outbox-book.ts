import { type ReadModelStorage, isCheckpointMovedError, isEventLogFullError, isInvalidEventError, isReadModelConflictError } from 'rx-mesh/event-sourcing'; // prettier-ignore
import { Observable, Subject, firstValueFrom, merge, timer } from 'rxjs';
import { OutboxDraft } from './outbox-draft';
import { type OutboxChange, OutboxMirror } from './outbox-mirror';
import { type BookPorts, tellOutbox, waitsOf } from './book-ports';
import { OUTBOX } from './outbox-record';
import { readOutbox, writesOf } from './outbox-records';

/** How much is stored at once; after as much others have their turn. */
const GROUP = 50;

/** How often a change is tried whose maker waits for it. */
const MOST_TRIES = 4;

interface Pending {
  readonly decide: (draft: OutboxDraft) => unknown;
  readonly done: (result: unknown) => void;
  readonly failed: (error: unknown) => void;
  readonly isPatient: boolean;
  tries: number;
  /** Whether nobody waits for it any more: it is not begun again. */
  isLeft: boolean;
}

/** How a change is made. */
export interface ChangeOptions {
  /** Whether it is tried for as long as it is subscribed. @default some times */
  readonly isPatient?: boolean;
  /** Is told when it is given up: it failed, or was unsubscribed before it was stored. */
  readonly givenUp?: (error?: unknown) => void;
}

/**
 * What is stored, and the only way to change it: each change is decided over what is stored, and stored only if nobody else
 * has changed it meanwhile. Changes that come together are stored together.
 */
export class OutboxBook {
  readonly #changes = new Subject<OutboxChange>();
  /** What was changed, after it was stored. */
  readonly changes$ = this.#changes.asObservable();
  #mirror = new OutboxMirror();
  // Whether the mirror may be wrong: it was not read yet, or nobody knows whether a change was stored.
  #isStale = true;
  #mayHaveMoved = false;
  // How often a change was told of while one is stored.
  #heard = 0;
  #isAtWork = false;
  #hasToldBroken = false;
  #pending: Pending[] = [];
  readonly #emptied = new Subject<void>();
  #waits: Generator<number, never> | undefined;

  constructor(
    private readonly storage: ReadModelStorage,
    private readonly ports: BookPorts,
    /** Is told of each change, before all others. */
    private readonly first: (change: OutboxChange) => void,
  ) {}

  /** What was stored, as far as this page knows. */
  get mirror(): OutboxMirror {
    return this.#mirror;
  }

  /** Whether what is stored has to be read before anything is sent. */
  get isStale(): boolean {
    return this.#isStale;
  }

  /**
   * Changes what is stored on subscribe, and emits what was decided once it is stored. What is decided may be decided anew.
   * Changes are stored in the order in which they were subscribed, also when the storage fails for a while. Errors with what
   * the decision throws, and then nothing is stored; or with what the storage fails with, and then nobody knows.
   */
  change<T>(
    decide: (draft: OutboxDraft) => T,
    { isPatient = false, givenUp = () => undefined }: ChangeOptions = {},
  ): Observable<T> {
    return new Observable<T>((subscriber) => {
      const pending: Pending = {
        decide,
        isPatient,
        tries: 0,
        isLeft: false,
        done: (result) => {
          subscriber.next(result as T);
          subscriber.complete();
        },
        failed: (error) => {
          givenUp(error);
          subscriber.error(error);
        },
      };
      this.#pending.push(pending);
      void this.#work();
      return () => {
        pending.isLeft = true;
        const at = this.#pending.indexOf(pending);
        if (at < 0) return;
        this.#pending.splice(at, 1);
        givenUp();
        if (this.#pending.length === 0) this.#emptied.next();
      };
    });
  }

  /** Looks whether somebody else has changed it. */
  look(): void {
    this.#heard++;
    this.#mayHaveMoved = true;
    void this.#work();
  }

  #tell(change: OutboxChange): void {
    this.first(change);
    this.#changes.next(change);
  }

  async #work(): Promise<void> {
    if (this.#isAtWork) return;
    this.#isAtWork = true;
    try {
      while (this.#pending.length > 0 || (this.#mayHaveMoved && !this.#isStale)) {
        if (this.#pending.length > 0) await this.#store();
        else await this.#check();
      }
    } finally {
      this.#isAtWork = false;
    }
  }

  async #check(): Promise<void> {
    this.#mayHaveMoved = false;
    try {
      const now = await this.storage.checkpoint(OUTBOX);
      if ((now?.version ?? 0) !== this.#mirror.version) await this.#read();
    } catch {
      // Whoever sends reads it then, again and again.
      this.#isStale = true;
      this.#tell({ ids: new Set(), lanes: new Set() });
    }
  }

  async #store(): Promise<void> {
    let group: readonly Pending[] = [];
    const settled: (() => void)[] = [];
    try {
      // Those that come at the same time are stored together: all whose last change was stored together, for one.
      await (this.#isStale ? this.#read() : undefined);
      // Not before: others come in and leave meanwhile.
      group = this.#pending.splice(0, GROUP);
      const draft = new OutboxDraft(this.#mirror);
      for (const { decide, done, failed } of group) {
        try {
          const result = decide(draft);
          settled.push(() => done(result));
        } catch (error) {
          settled.push(() => failed(error));
        }
      }
      if (draft.changed.size > 0) await this.#commit(draft);
    } catch (error) {
      this.#isStale = true;
      const isOvertaken = isCheckpointMovedError(error) || isReadModelConflictError(error);
      this.#again(group, error, isOvertaken);
      if (!isOvertaken) await this.#wait(error);
      return;
    }
    this.#waits = undefined;
    for (const settle of settled) settle();
    if (this.#pending.length > 0 && group.length === GROUP) await this.#othersFirst();
  }

  async #othersFirst(): Promise<void> {
    await firstValueFrom(timer(0, this.ports.clock.scheduler), { defaultValue: undefined });
  }

  /** Puts back, in front, what is to be tried again. */
  #again(group: readonly Pending[], error: unknown, isOvertaken: boolean): void {
    const isHopeless = isEventLogFullError(error) || isInvalidEventError(error);
    const again: Pending[] = [];
    const over: Pending[] = [];
    for (const one of [...group, ...this.#pending]) {
      if (!isOvertaken) one.tries++;
      const isBegun = group.includes(one);
      const mayTry = isOvertaken || one.isPatient || (one.tries < MOST_TRIES && !(isHopeless && isBegun)); // prettier-ignore
      (one.isLeft || !mayTry ? over : again).push(one);
    }
    this.#pending = again;
    for (const one of over) one.failed(error);
  }

  async #wait(cause: unknown): Promise<void> {
    const { random, settings, clock } = this.ports;
    if (!this.#waits) {
      tellOutbox(this.ports, 'The command outbox cannot use its storage. It tries again; what is in it is not lost.', cause); // prettier-ignore
    }
    this.#waits ??= waitsOf(settings, random);
    this.#tell({ ids: new Set(), lanes: new Set() });
    if (this.#pending.length === 0) return;
    const wait$ = timer(this.#waits.next().value, clock.scheduler);
    await firstValueFrom(merge(wait$, this.#emptied), { defaultValue: undefined });
  }

  async #commit(draft: OutboxDraft): Promise<void> {
    const { clock, settings } = this.ports;
    const mirror = this.#mirror;
    const [expected, { position, changed, ended }] = [mirror.version, draft];
    const writes = writesOf(mirror, draft, settings.remembered);
    const timestamp = clock.now();
    this.#heard = 0;
    await this.storage.commit({ checkpoint: OUTBOX, expected, position, timestamp, writes });
    // Before it nobody has changed anything, else it had failed. The storage tells of this change as well, so whatever was told
    // beyond that is of somebody else. To look each time would cost as much as to store.
    this.#mayHaveMoved = this.#heard > 1;
    const change = mirror.apply(changed, ended, settings.remembered);
    mirror.version = expected + 1;
    mirror.position = position;
    this.#tell(change);
  }

  async #read(): Promise<void> {
    this.#mayHaveMoved = false;
    this.#mirror = await readOutbox(this.storage, (id) => this.#tellBroken(id));
    this.#isStale = false;
    this.#tell({});
  }

  #tellBroken(id: string): void {
    if (this.#hasToldBroken) return;
    this.#hasToldBroken = true;
    tellOutbox(
      this.ports,
      `What is stored as ${JSON.stringify(id)} in the command outbox is no command of this version; it is left as it is. There may be more.`,
    );
  }
}
