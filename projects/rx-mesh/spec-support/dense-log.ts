import type { AppendResult, EventEnvelope, EventLog, EventPage, LogHint } from 'rx-mesh/event-sourcing'; // prettier-ignore
import { map } from 'rxjs';

/**
 * A log whose positions have gaps, seen as one whose positions are 1, 2, 3 …, as the contract writes them down.
 *
 * @param firstOf The position of the first event of the commit in which this position is.
 */
export function denseLog(log: EventLog, firstOf: (position: number) => number): EventLog {
  const places: number[] = [];
  // Whatever tells of a commit tells of its last event.
  const learn = (last: number): void => {
    for (let place = firstOf(last); place <= last; place++) {
      if (place > (places.at(-1) ?? 0)) places.push(place);
    }
  };
  /** How many positions there are up to this one. */
  const dense = (position: number): number => places.filter((place) => place <= position).length;
  const result = (found: AppendResult): AppendResult => ({ ...found, position: dense(found.position) }); // prettier-ignore
  const events = (found: readonly EventEnvelope[]) => found.map((event) => ({ ...event, position: dense(event.position) })); // prettier-ignore
  const hint = ({ position }: LogHint): LogHint => {
    if (position === undefined) return {};
    learn(position);
    return { position: dense(position) };
  };
  const page = ({ events: found, ...rest }: EventPage): EventPage => ({ ...rest, events: events(found) }); // prettier-ignore
  return {
    name: log.name,
    capabilities: log.capabilities,
    durability: log.durability,
    hints$: log.hints$.pipe(map(hint)),
    append: async (commit, expected, options) => {
      const found = await log.append(commit, expected, options);
      if (found.count > 0 && !found.duplicate) learn(found.position);
      return result(found);
    },
    readStream: async (stream, range) => page(await log.readStream(stream, range)),
    readAll: async ({ after = 0, ...range } = {}) => {
      const found = page(await log.readAll({ ...range, after: places[after - 1] ?? 0 }));
      return { ...found, next: dense(found.next) };
    },
    head: async () => {
      const { position, count } = await log.head();
      return { position: dense(position), count };
    },
    streamHead: async (stream) => log.streamHead(stream),
    streams: async (after, max) => log.streams(after, max),
    truncate: async (stream, range) => log.truncate(stream, range),
    close: () => log.close(),
  };
}
