import type { AppendResult, ExpectedVersion } from 'rx-mesh/event-sourcing';

interface ModelEvent {
  readonly id: string;
  readonly stream: string;
  readonly version: number;
  readonly position: number;
}

/** What an event log does, said as plainly as it can be. */
export class ModelLog {
  readonly events: ModelEvent[] = [];

  /** The result, or the code of the error. */
  append(stream: string, ids: readonly string[], expected: ExpectedVersion): AppendResult | string {
    const own = this.events.filter((event) => event.stream === stream);
    const current = own.length;
    const wanted = expected === 'no-stream' ? 0 : expected;
    if (new Set(ids).size < ids.length) return 'RXM502';
    const known = ids.map((id) => this.events.find((event) => event.id === id));
    if (typeof wanted === 'number' && wanted !== current) {
      const slots = own.slice(wanted, wanted + ids.length).map(({ id }) => id);
      if (ids.length === 0 || wanted > current || slots[0] !== ids[0]) return 'RXM501';
      return slots.join() === ids.join() ? this.#repeated(stream, ids) : 'RXM502';
    }
    if (wanted === 'stream-exists' && current === 0) return 'RXM501';
    if (ids.length > 0 && typeof wanted !== 'number') {
      if (known.every((event) => event?.stream === stream)) return this.#repeated(stream, ids);
    }
    if (known.some((event) => event !== undefined)) return 'RXM502';
    for (const id of ids) {
      const position = this.events.length + 1;
      const version = this.events.filter((event) => event.stream === stream).length + 1;
      this.events.push({ id, stream, version, position });
    }
    return {
      stream,
      version: current + ids.length,
      position: this.events.length,
      count: ids.length,
      duplicate: false,
    };
  }

  #repeated(stream: string, ids: readonly string[]): AppendResult {
    const known = this.events.filter(({ id }) => ids.includes(id));
    return {
      stream,
      version: Math.max(...known.map(({ version }) => version)),
      position: Math.max(...known.map(({ position }) => position)),
      count: ids.length,
      duplicate: true,
    };
  }
}
