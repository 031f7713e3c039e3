import {
  type Clock,
  type Diagnostics,
  type RandomSource,
  backoffDelays,
  exponentialBackoff,
  isInvalidOptionError,
} from 'rx-mesh/kernel';
import { lastValueFrom, timer, toArray } from 'rxjs';
import {
  isDuplicateEventIdError,
  isInvalidEventError,
  isUpcasterError,
  isWrongExpectedVersionError,
} from '../event-sourcing-errors';
import type { EventStoreService } from '../store/event-store-service';
import type { Flow } from '../store/flow';
import { isSagaMismatchError } from './saga-errors';
import type { SagaFact } from './saga-events';
import { type SagaRecord, foldSaga } from './saga-record';
import { reportDelay } from './saga-reports';

/** What the log of a saga stands on. */
export interface SagaLogPorts {
  readonly store: EventStoreService;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly diagnostics: Diagnostics;
}

/** The stream of one saga, and what it says. While the log cannot be used, calls wait, and try again. */
export class SagaLog {
  #record: SagaRecord | undefined;

  constructor(
    readonly stream: string,
    private readonly ports: SagaLogPorts,
    private readonly flow: Pick<Flow<never>, 'ended' | 'until'>,
  ) {}

  /** What is known; `undefined` when there is no such saga. */
  get record(): SagaRecord | undefined {
    return this.#record;
  }

  /** Reads what has come since. */
  async catchUp(): Promise<void> {
    const from = (this.#record?.version ?? 0) + 1;
    const events = await this.persist(async () =>
      lastValueFrom(this.ports.store.readStream(this.stream, { from }).pipe(toArray()), NOTHING),
    );
    this.#record = foldSaga(events ?? [], this.#record);
  }

  /** Records events, unless somebody else has recorded some since: then it reads those, and gives `false`. */
  async write(facts: readonly SagaFact[]): Promise<boolean> {
    const { store, clock } = this.ports;
    const expected = this.#record?.version ?? 0;
    const correlationId = this.#record?.correlationId;
    const id = this.#record?.id;
    // One append however often it is tried: it has its ids from the start.
    const append$ = store.appendToStream(
      this.stream,
      facts.map((fact) => ({ ...fact, aggregateId: id })),
      { expected, durability: 'strict', correlationId },
    );
    try {
      const result = await this.persist(async () => lastValueFrom(append$, NOTHING));
      if (!result) return false;
      const timestamp = clock.now();
      const events = facts.map(({ type, data }, at) => ({ type, data, timestamp, version: expected + 1 + at })); // prettier-ignore
      this.#record = foldSaga(events, this.#record);
      return true;
    } catch (error) {
      if (!isWrongExpectedVersionError(error)) throw error;
      await this.catchUp();
      return false;
    }
  }

  private async persist<T>(work: () => Promise<T>): Promise<T | undefined> {
    return persist(work, this.ports, this.flow);
  }
}

/** Does it again until it works, or nobody wants it any more: then there is no result. */
export async function persist<T>(
  work: () => Promise<T>,
  { random, clock, diagnostics }: Omit<SagaLogPorts, 'store'>,
  flow: Pick<Flow<never>, 'ended' | 'until'>,
): Promise<T | undefined> {
  let delays: Generator<number, never> | undefined;
  while (!flow.ended()) {
    try {
      return await work();
    } catch (error) {
      if (isFinal(error)) throw error;
      if (!delays) {
        delays = backoffDelays(BACKOFF(), random);
        const message =
          'The log of sagas cannot be used. They stand still, and go on when it can be.';
        reportDelay(diagnostics, message, error);
      }
      await flow.until(timer(delays.next().value, clock.scheduler));
    }
  }
  return undefined;
}

const NOTHING = { defaultValue: undefined };

const BACKOFF = () => exponentialBackoff({ initial: 500, max: 30_000, jitter: 'equal' });

/** Whether the same would come again each time. */
function isFinal(error: unknown): boolean {
  return [
    isWrongExpectedVersionError,
    isDuplicateEventIdError,
    isInvalidEventError,
    isInvalidOptionError,
    isUpcasterError,
    isSagaMismatchError,
  ].some((is) => is(error));
}
