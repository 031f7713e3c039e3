import type { NatsJetStream } from 'rx-mesh/nats';
import { NEVER, Subject, concatWith, of } from 'rxjs';

interface Message {
  readonly seq: number;
  readonly subject: string;
  readonly body: string;
  readonly count: string;
}

interface PublishOptions {
  readonly msgID: string;
  readonly expect: { readonly lastSubjectSequence: number };
  readonly headers: Map<string, string>;
}

type Config = Readonly<Record<string, unknown>>;

/** An error as the client makes it: classes have other names in a bundle, so names and numbers only. */
export function natsFailure(name: string, code?: number, message = name): Error {
  return Object.assign(new Error(message), { name, ...(code !== undefined && { code }) });
}

/** One stream of JetStream in memory, with the habits of a server that lose events where nobody looks. */
export class FakeJetStream {
  readonly #ids = new Map<string, number>();
  readonly #new = new Subject<Message>();
  #seq = 0;
  #config: Config | undefined;
  messages: Message[] = [];
  /** How many consumers there are. */
  consumers = 0;
  /** Which requests came, and how often. */
  readonly asked: string[] = [];
  /** Whether the server looks at the id of a message before what is expected of its place, as 2.9 does. */
  idsFirst = true;
  /** What is in the way of the next messages: `lost` are stored, and nobody is told; `delayed` are stored later. */
  readonly troubles: ('lost' | 'none' | Error)[] = [];
  /** What the server makes of the configuration that it is asked for. */
  takes = (config: Config): Config => config;
  /** Which messages a consumer does not deliver, by their place in what is fetched. */
  drops: (at: number) => boolean = () => false;
  /** What goes wrong with whatever is asked. */
  fails: Error | undefined;
  readonly #connected = new Subject<unknown>();
  readonly #closes = new Subject<Error>();

  /** How a log reaches it. */
  readonly access = {
    // Cold, and never over: as long as somebody needs it.
    jetstream$: of(this.#jetstream()).pipe(concatWith(NEVER)),
    connected$: this.#connected.asObservable(),
  };

  /** Ends what listens to new messages. */
  closeConsumers(error: Error): void {
    this.#closes.next(error);
  }

  /** Says that the connection is there again. */
  reconnect(): void {
    this.#connected.next(true);
  }

  /** Stores a message without a question, as something else would. */
  put(subject: string, body: string): number {
    const message = { seq: ++this.#seq, subject, body, count: '' };
    this.messages.push(message);
    this.#new.next(message);
    return message.seq;
  }

  #jetstream(): NatsJetStream {
    const streams = {
      info: async (_name: string, options?: { subjects_filter: string }) => this.#info(options !== undefined), // prettier-ignore
      add: async (config: Config) => {
        this.#ask('add');
        this.#config = this.takes(config);
        return Promise.resolve({ config: this.#config });
      },
      getMessage: async (_name: string, query: Readonly<Record<string, unknown>>) => this.#get(query), // prettier-ignore
      purge: async (_name: string, { filter, seq }: { filter: string; seq: number }) => {
        this.#ask('purge');
        this.messages = this.messages.filter((one) => one.subject !== filter || one.seq >= seq);
        return Promise.resolve({});
      },
    };
    const js = {
      publish: async (subject: string, data: Uint8Array, options: PublishOptions) =>
        this.#publish(subject, new TextDecoder().decode(data), options),
      consumers: {
        getConsumerFromInfo: (info: Config) => ({ fetch: async (options: Config) => Promise.resolve(this.#fetch(info, options)) }), // prettier-ignore
        get: async () => Promise.resolve(this.#listener()),
      },
    };
    const consumers = {
      add: async (_name: string, config: Config) => {
        this.#ask('consumer');
        this.consumers++;
        return Promise.resolve({ ...config, name: 'c', num_pending: this.#pending(config).length });
      },
      delete: async () => Promise.resolve(--this.consumers >= 0),
    };
    const client = { info: { max_payload: 1_048_576 } };
    return { client, js, manager: { streams, consumers } } as unknown as NatsJetStream;
  }

  #ask(what: string): void {
    this.asked.push(what);
    if (this.fails) throw this.fails;
  }

  async #info(withSubjects: boolean) {
    this.#ask('info');
    if (!this.#config) throw natsFailure('StreamNotFoundError', 10_059, 'stream not found');
    const counts = new Map<string, number>();
    for (const { subject } of this.messages) counts.set(subject, (counts.get(subject) ?? 0) + 1);
    const state = { messages: this.messages.length, num_subjects: this.subjects ?? counts.size };
    const subjects = withSubjects ? Object.fromEntries(counts) : undefined;
    return Promise.resolve({ config: this.#config, state: { ...state, subjects } });
  }

  /** How many subjects the server says it has. @default as many as it has */
  subjects: number | undefined;

  async #get(query: Readonly<Record<string, unknown>>) {
    this.#ask('get');
    const { seq, next_by_subj: next, last_by_subj: last } = query;
    const found =
      typeof last === 'string'
        ? this.messages.filter(({ subject }) => matches(last, subject)).at(-1)
        : typeof next === 'string'
          ? this.messages.find((one) => one.seq >= Number(seq) && matches(next, one.subject))
          : this.messages.find((one) => one.seq === seq);
    return Promise.resolve(found ? { ...found, string: () => found.body } : null);
  }

  async #publish(subject: string, body: string, { msgID, expect, headers }: PublishOptions) {
    this.#ask('publish');
    const trouble = this.troubles.shift();
    if (trouble instanceof Error) throw trouble;
    const earlier = this.#ids.get(msgID);
    const last = this.messages.filter((message) => message.subject === subject).at(-1)?.seq ?? 0;
    const isWrong = last !== expect.lastSubjectSequence;
    const told = `wrong last sequence: ${last}`;
    if (isWrong && !(this.idsFirst && earlier !== undefined)) throw natsFailure('JetStreamApiError', 10_071, told); // prettier-ignore
    if (earlier !== undefined) return Promise.resolve({ seq: earlier, duplicate: true });
    const message = { seq: ++this.#seq, subject, body, count: headers.get('Rx-Mesh-Events') ?? '' };
    this.#ids.set(msgID, message.seq);
    this.messages.push(message);
    this.#new.next(message);
    if (trouble === 'lost') throw natsFailure('TimeoutError');
    return Promise.resolve({ seq: message.seq, duplicate: false });
  }

  /** Forgets the ids of messages, as the end of the duplicate window does. */
  forgetIds(): void {
    this.#ids.clear();
  }

  /** Lets a message of somebody else have this id. */
  steal(msgID: string, seq: number): void {
    this.#ids.set(msgID, seq);
  }

  #pending({ filter_subject, opt_start_seq }: Config): readonly Message[] {
    return this.messages.filter(
      ({ seq, subject }) => seq >= Number(opt_start_seq) && matches(String(filter_subject), subject), // prettier-ignore
    );
  }

  #fetch(info: Config, { max_messages: most }: Config) {
    const pending = this.#pending(info);
    const state = { stopped: false };
    const { drops } = this;
    const messages = async function* () {
      for (const [at, message] of pending.slice(0, Number(most)).entries()) {
        await Promise.resolve();
        if (state.stopped) return;
        if (drops(at)) continue;
        const counts = { deliverySequence: at + 1, pending: pending.length - at - 1 };
        yield { ...message, info: counts, string: () => message.body };
      }
    };
    return Object.assign(messages(), { stop: () => (state.stopped = true) });
  }

  #listener() {
    this.#ask('listen');
    this.consumers++;
    return {
      delete: async () => Promise.resolve(--this.consumers >= 0),
      consume: async ({ callback }: { callback: (message: unknown) => void }) => {
        const heard = this.#new.subscribe(({ seq, count }) => callback({ seq, headers: new Map([['Rx-Mesh-Events', count]]) })); // prettier-ignore
        const closed = new Promise<unknown>((resolve) => {
          heard.add(() => resolve(undefined));
          heard.add(this.#closes.subscribe((error) => {
            resolve(error);
            heard.unsubscribe();
          })); // prettier-ignore
        });
        return Promise.resolve({ stop: () => heard.unsubscribe(), closed: async () => closed });
      },
    };
  }
}

function matches(pattern: string, subject: string): boolean {
  const [wanted, found] = [pattern.split('.'), subject.split('.')];
  if (wanted.at(-1) === '>') return subject.startsWith(pattern.slice(0, -1));
  return wanted.length === found.length && wanted.every((token, at) => token === '*' || token === found[at]); // prettier-ignore
}
