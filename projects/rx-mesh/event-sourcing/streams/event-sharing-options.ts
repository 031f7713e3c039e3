import { createOptions } from 'rx-mesh/kernel';

/** Options of `withEventSharing`. */
export interface EventSharingOptions {
  /** What the topics of events begin with: those of stream `order-7` are told as `events.order-7`. @default 'events' */
  readonly topicPrefix?: string | undefined;
  /**
   * Whether events that are recorded here are published, from the log, so also those of a page that was closed before its
   * broker could be reached. @default true
   */
  readonly relay?: boolean | undefined;
  /** Where the relay of this log begins when it runs for the first time: at the next event, or at the oldest. @default 'end' */
  readonly relayFrom?: 'start' | 'end' | undefined;
  /** Whether events that others publish are recorded here, each once. @default true */
  readonly record?: boolean | undefined;
  /** Which streams are shared. @default all but those of sagas, which begin with `saga-` */
  readonly streams?: ((stream: string) => boolean) | undefined;
}

/** The options of shared events with a value for each. */
export type EventSharingValues = {
  readonly [K in keyof EventSharingOptions]-?: NonNullable<EventSharingOptions[K]>;
} & {
  /** Whether the application shares its events in the background at all. */
  readonly isOn: boolean;
};

/** The options of shared events. */
export const EVENT_SHARING = /* @__PURE__ */ createOptions<EventSharingValues>(
  'EventSharingOptions',
  {
    topicPrefix: 'events',
    relay: true,
    relayFrom: 'end',
    record: true,
    streams: (stream) => !stream.startsWith('saga-'),
    isOn: false,
  },
  {
    topicPrefix: (prefix) =>
      typeof prefix === 'string' && /^[\w-]+(?:\.[\w-]+)*$/.test(prefix)
        ? undefined
        : "tokens of letters, digits, '_' and '-', joined by dots",
    relay: isBoolean,
    relayFrom: (from: unknown) =>
      from === 'start' || from === 'end' ? undefined : "'start' or 'end'",
    record: isBoolean,
    streams: (streams: unknown) => (typeof streams === 'function' ? undefined : 'a function'),
  },
);

function isBoolean(value: unknown): string | undefined {
  return typeof value === 'boolean' ? undefined : 'true or false';
}
