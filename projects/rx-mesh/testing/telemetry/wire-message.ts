/** A body that a strict decoder does not take at all. */
export class MalformedBody extends Error {}

/**
 * One message of Protobuf in its JSON form, read by the fields that it has by name. A field that nobody knows is
 * ignored, as the specification of OTLP demands; one that is known, but is written in snake_case, is a mistake.
 */
export class WireMessage {
  readonly #fields: ReadonlyMap<string, unknown>;

  constructor(
    readonly wire: unknown,
    private readonly at: string,
    known: readonly string[],
  ) {
    if (typeof wire !== 'object' || wire === null || Array.isArray(wire)) {
      throw new MalformedBody(`${at === '' ? 'the body' : at} must be an object`);
    }
    this.#fields = new Map(Object.entries(wire).filter(([, value]) => value !== null));
    for (const key of this.#fields.keys()) {
      const camel = key.replace(/_+(.)/g, (_all, letter: string) => letter.toUpperCase());
      if (camel !== key && known.includes(camel)) {
        throw new MalformedBody(`${this.#path(key)} must be written ${camel}`);
      }
    }
  }

  /** Whether the field is there. */
  has(key: string): boolean {
    return this.#fields.has(key);
  }

  /** A message in this one; `undefined` when it is not there. */
  message(key: string, known: readonly string[]): WireMessage | undefined {
    return this.has(key)
      ? new WireMessage(this.#fields.get(key), this.#path(key), known)
      : undefined;
  }

  /** The messages of a list. */
  messages(key: string, known: readonly string[]): readonly WireMessage[] {
    const list = this.#fields.get(key) ?? [];
    if (!Array.isArray(list)) throw this.fault(key, 'a list');
    return list.map((each, i) => new WireMessage(each, `${this.#path(key)}[${i}]`, known));
  }

  /** A text; `''` when it is not there. */
  text(key: string): string {
    const value = this.#fields.get(key) ?? '';
    if (typeof value !== 'string') throw this.fault(key, 'a text');
    return value;
  }

  /** An id in lower case; `''` when it is not there. */
  id(key: string, length: number): string {
    const text = this.text(key);
    if (text !== '' && !new RegExp(`^[\\da-f]{${length}}$`, 'i').test(text)) {
      throw this.fault(key, `${length} hexadecimal digits`);
    }
    return text.toLowerCase();
  }

  /** A whole number as a text or a number, within 64 bits; 0 when it is not there. */
  integer(key: string, signed: boolean): bigint {
    const value = this.#fields.get(key) ?? 0;
    const words = signed ? 'an integer of 64 bits' : 'an integer of 64 bits, not negative';
    if (!isInteger(value)) throw this.fault(key, words);
    const integer = BigInt(value);
    const held = signed ? BigInt.asIntN(64, integer) : BigInt.asUintN(64, integer);
    if (held !== integer) throw this.fault(key, words);
    return integer;
  }

  /** The number of an enum; its name is none. */
  choice(key: string): number {
    const value = this.#fields.get(key) ?? 0;
    if (!Number.isInteger(value)) throw this.fault(key, 'the number of an enum, not its name');
    return Number(value);
  }

  /** A value by a check of its own. */
  value(key: string, isGood: (value: unknown) => boolean, words: string): unknown {
    const value = this.#fields.get(key);
    if (!isGood(value)) throw this.fault(key, words);
    return value;
  }

  /** What to say about a field that is not what it must be. */
  fault(key: string, words: string): MalformedBody {
    return new MalformedBody(`${this.#path(key)} must be ${words}`);
  }

  #path(key: string): string {
    return this.at === '' ? key : `${this.at}.${key}`;
  }
}

function isInteger(value: unknown): value is number | string {
  return typeof value === 'string' ? /^-?\d{1,20}$/.test(value) : Number.isInteger(value);
}
