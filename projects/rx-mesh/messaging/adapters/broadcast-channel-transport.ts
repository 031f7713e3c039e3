import { DestroyRef, Injectable, inject } from '@angular/core';
import {
  DIAGNOSTICS,
  ID_GENERATOR,
  type RxMeshErrorCode,
  type RxMeshFeature,
  createOptions,
  ɵmakeFeature,
} from 'rx-mesh/kernel';
import {
  BehaviorSubject,
  EMPTY,
  Observable,
  distinctUntilChanged,
  fromEvent,
  merge,
  share,
  startWith,
  switchMap,
  tap,
} from 'rxjs';
import type { Message } from '../message';
import { readMessage } from '../message-reader';
import {
  MESSAGE_TRANSPORT,
  type MessageTransport,
  type TransportState,
} from '../message-transport';
import { InvalidMessageError, NoResponderError } from '../messaging-errors';
import { MESSAGING } from '../messaging-options';
import { checkPayload } from '../payload-check';
import { TopicRouter } from '../topic-router';
import { TAB_CHANNELS, type TabChannel, type TabChannels } from './tab-channels';

/** Options of {@link withBroadcastChannel}. */
export interface BroadcastChannelOptions {
  /** The name of the channel: tabs of the origin that use the same one hear each other. @default 'rx-mesh.messages' */
  readonly name?: string | undefined;
}

/** The options of {@link withBroadcastChannel} with a value for each. */
export type BroadcastChannelValues = {
  readonly [K in keyof BroadcastChannelOptions]-?: NonNullable<BroadcastChannelOptions[K]>;
};

/** The options of the channel. */
export const BROADCAST_CHANNEL = /* @__PURE__ */ createOptions<BroadcastChannelValues>(
  'BroadcastChannelOptions',
  { name: 'rx-mesh.messages' },
  {
    name: (name) =>
      typeof name === 'string' && name !== '' ? undefined : 'a text that is not empty',
  },
);

/**
 * Carries messages between the tabs of one browser. Without it they stay in the page.
 *
 * @throws InvalidOptionError when the name is empty.
 * @usageNotes
 * ```ts
 * provideRxMesh(withBroadcastChannel({ name: 'shop' }));
 * ```
 */
export function withBroadcastChannel(
  options: BroadcastChannelOptions = {},
): RxMeshFeature<'broadcast-channel'> {
  return ɵmakeFeature('broadcast-channel', [
    BROADCAST_CHANNEL.provide(options),
    { provide: MESSAGE_TRANSPORT, useExisting: BroadcastChannelTransport },
  ]);
}

// The version of what is posted.
const VERSION = 1;

/**
 * The transport between the tabs of one browser; the page itself gets its messages too, at once. The channel is open while
 * somebody receives, and for the moment of a message that is sent; never while the page is in the back/forward cache. Where
 * there is no `BroadcastChannel`, as on a server, messages stay in the page.
 *
 * @usageNotes
 * ```ts
 * const transport = inject(BroadcastChannelTransport);
 * transport.capabilities.crossTab; // whether other tabs are reached at all
 * ```
 */
@Injectable({ providedIn: 'root' })
export class BroadcastChannelTransport implements MessageTransport {
  private readonly channels = inject(TAB_CHANNELS);
  private readonly channelName = inject(BROADCAST_CHANNEL.token).name;
  private readonly limit = inject(MESSAGING.token).maxMessageSize;
  private readonly diagnostics = inject(DIAGNOSTICS);
  private readonly self = inject(ID_GENERATOR).uuid();
  private readonly router = new TopicRouter('broadcast-channel');
  private readonly state = new BehaviorSubject<TransportState>('connected');
  private readonly told = new Set<RxMeshErrorCode>();
  private channel: TabChannel | undefined;

  /** What diagnostics call it. */
  readonly name = 'broadcast-channel';
  /** It reaches the other tabs, if the platform has channels. */
  readonly capabilities = {
    crossTab: this.channels !== undefined,
    crossClient: false,
    acknowledges: false,
  };
  /** `disconnected` while the channel cannot be opened, or the page is away; `closed` when the injector has ended. */
  readonly state$ = this.state.asObservable();

  // One channel for all who receive.
  private readonly hearing$ = this.channels ? this.hearing(this.channels) : EMPTY;

  constructor() {
    inject(DestroyRef).onDestroy(() => {
      this.state.next('closed');
      this.router.complete();
    });
  }

  /**
   * Sends to the other tabs and to this page on subscribe. Errors with an `InvalidMessageError` for what cannot be cloned,
   * and with a `MessageTooLargeError`; then nobody has got it.
   */
  send(message: Message): Observable<void> {
    return new Observable((subscriber) => {
      if (this.state.value !== 'closed') {
        checkPayload(message.payload, this.limit);
        if (this.channels) this.post(this.channels, message);
        else if (message.replyTo !== undefined && !this.router.receives(message.topic)) {
          throw new NoResponderError(message.topic);
        }
        this.router.deliver(message);
      }
      subscriber.complete();
    });
  }

  /** The messages of all topics that match, of this tab and of the others, from now on. */
  receive(pattern: string): Observable<Message> {
    return new Observable((subscriber) => {
      this.router.receive(pattern).subscribe(subscriber);
      if (!subscriber.closed) subscriber.add(this.hearing$.subscribe());
    });
  }

  // An open channel keeps a page out of the back/forward cache.
  private hearing(channels: TabChannels): Observable<never> {
    return channels.events$.pipe(
      startWith('back' as const),
      distinctUntilChanged(),
      switchMap((event) => (event === 'back' ? this.opened(channels) : this.away())),
      share(),
    );
  }

  private away(): Observable<never> {
    this.state.next('disconnected');
    return EMPTY;
  }

  private opened(channels: TabChannels): Observable<never> {
    return new Observable((subscriber) => {
      const channel = this.open(channels);
      if (!channel) return;
      this.channel = channel;
      const heard$ = fromEvent<MessageEvent<unknown>>(channel, 'message');
      const unread$ = fromEvent(channel, 'messageerror');
      subscriber.add(
        merge(
          heard$.pipe(tap(({ data }) => this.take(data))),
          unread$.pipe(tap((event) => this.refuse(event))),
        ).subscribe(),
      );
      subscriber.add(() => {
        this.channel = undefined;
        channel.close();
      });
    });
  }

  private open(channels: TabChannels): TabChannel | undefined {
    try {
      const channel = channels.open(this.channelName);
      if (this.state.value === 'disconnected') this.state.next('connected');
      this.told.delete('RXM409');
      return channel;
    } catch (cause) {
      this.state.next('disconnected');
      this.tell(
        'RXM409',
        'The channel to the other tabs cannot be opened; messages stay in this one.',
        cause,
      );
      return undefined;
    }
  }

  // What is posted is on its way, even if the channel is closed at once.
  private post(channels: TabChannels, message: Message): void {
    const { channel = this.open(channels) } = this;
    try {
      channel?.postMessage({ v: VERSION, from: this.self, message });
    } catch (cause) {
      throw new InvalidMessageError('not-cloneable', 'its payload cannot be cloned', cause);
    } finally {
      if (channel !== this.channel) channel?.close();
    }
  }

  // Other pages of the origin may speak on this channel, also those of another version.
  private take(data: unknown): void {
    try {
      const { v, from, message } = Object(data) as Record<'v' | 'from' | 'message', unknown>;
      if (from === this.self) return;
      if (v !== VERSION) throw new InvalidMessageError('version', `its version is not ${VERSION}`);
      const read = readMessage(message);
      checkPayload(read.payload, this.limit);
      this.told.delete('RXM401');
      this.router.deliver(read);
    } catch (cause) {
      this.refuse(cause);
    }
  }

  private refuse(cause: unknown): void {
    const message = `Something came on the channel ${JSON.stringify(this.channelName)} that is no message, and was left out. Does something else speak on it? Rename it.`;
    this.tell('RXM401', message, cause);
  }

  // Once, until it is well again.
  private tell(code: 'RXM401' | 'RXM409', message: string, cause: unknown): void {
    if (this.told.has(code)) return;
    this.told.add(code);
    const source = 'BroadcastChannelTransport';
    this.diagnostics.report({ code, severity: 'warning', source, message, cause });
  }
}
