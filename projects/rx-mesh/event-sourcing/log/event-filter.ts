import { type EventEnvelope, categoryOf } from '../event-envelope';

/** Which events of the log are wanted. What is left out does not matter; the rest must all hold. */
export interface EventFilter {
  /** The stream. @default all */
  readonly stream?: string | undefined;
  /** The category of the stream: what stands before the first `-` of its name. @default all */
  readonly category?: string | undefined;
  /** The types, each as it was recorded. @default all */
  readonly types?: readonly string[] | undefined;
}

/** Whether a filter wants events of a stream. */
export function wantsStream({ stream, category }: EventFilter, name: string): boolean {
  return (
    (stream === undefined || stream === name) &&
    (category === undefined || category === categoryOf(name))
  );
}

/** Tells which events a filter wants. */
export function eventsOf(filter: EventFilter): (event: EventEnvelope) => boolean {
  const { stream: only, category, types: list } = filter;
  if (only === undefined && category === undefined && list === undefined) return () => true;
  const types = list && new Set(list);
  return ({ stream, type }) =>
    wantsStream(filter, stream) && (types === undefined || types.has(type));
}
