import { deserialize, serialize } from 'node:v8';
import { Subject } from 'rxjs';

type Channel = EventTarget & Pick<BroadcastChannel, 'postMessage' | 'close'>;

/** The Web Locks and the channels of one origin, for any number of tabs. Messages and grants come a little later. */
export class FakeTabs {
  readonly #channels = new Set<FakeChannel>();
  readonly #queues = new Map<string, (() => void)[]>();
  readonly #held = new Set<string>();
  readonly #posted: unknown[] = [];

  /** What was posted by anybody, in order. */
  get posted(): readonly unknown[] {
    return this.#posted;
  }

  /** The names of the locks that are held. */
  get held(): readonly string[] {
    return [...this.#held];
  }

  /** How many channels are open. */
  get channels(): number {
    return this.#channels.size;
  }

  /** How many requests wait for a lock. */
  get waiting(): number {
    return [...this.#queues.values()].flat().length;
  }

  /** Opens a tab. `events$` is what happens to it. */
  open() {
    return {
      locks: {
        request: async (
          name: string,
          { signal }: { readonly signal: AbortSignal },
          callback: () => Promise<void>,
        ) => {
          await this.#granted(name, signal);
          try {
            await callback();
          } finally {
            this.#held.delete(name);
            this.#next(name);
          }
        },
      },
      channel: (name: string) => this.channel(name),
      events$: new Subject<'away' | 'back'>(),
    };
  }

  /** Opens a channel, as a page does that is none of rx-mesh. */
  channel(name: string): Channel {
    const channel = new FakeChannel(
      name,
      (data) => {
        const written = serialize(data);
        this.#posted.push(deserialize(written));
        for (const other of this.#channels) {
          if (other === channel || other.name !== name) continue;
          queueMicrotask(() => other.receive(deserialize(written)));
        }
      },
      () => this.#channels.delete(channel),
    );
    this.#channels.add(channel);
    return channel;
  }

  async #granted(name: string, signal: AbortSignal): Promise<void> {
    const queue = this.#queues.get(name) ?? [];
    this.#queues.set(name, queue);
    await new Promise<void>((grant, refuse) => {
      queue.push(grant);
      signal.addEventListener('abort', () => {
        const at = queue.indexOf(grant);
        if (at >= 0) queue.splice(at, 1);
        refuse(signal.reason as Error);
      });
      this.#next(name);
    });
  }

  #next(name: string): void {
    if (this.#held.has(name)) return;
    const grant = this.#queues.get(name)?.shift();
    if (!grant) return;
    this.#held.add(name);
    grant();
  }
}

class FakeChannel extends EventTarget implements Channel {
  #open = true;

  constructor(
    readonly name: string,
    readonly postMessage: (data: unknown) => void,
    readonly whenClosed: () => void,
  ) {
    super();
  }

  receive(data: unknown): void {
    if (this.#open) this.dispatchEvent(new MessageEvent('message', { data }));
  }

  close(): void {
    this.#open = false;
    this.whenClosed();
  }
}
