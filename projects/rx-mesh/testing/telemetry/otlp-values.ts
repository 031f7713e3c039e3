import type { WireMessage } from './wire-message';

/** The fields of an attribute. */
export const KEY_VALUE: readonly string[] = ['key', 'value'];

const ANY_VALUE = [
  'stringValue',
  'boolValue',
  'intValue',
  'doubleValue',
  'arrayValue',
  'kvlistValue',
  'bytesValue',
];
const VALUES = ['values'];
const DEEPEST = 16;

/** The attributes of a message, as texts. */
export function attributesOf(message: WireMessage): Readonly<Record<string, string>> {
  const pairs = pairsOf(message, 'attributes', 0);
  return Object.fromEntries(pairs.map(([key, value]) => [key, shown(value)]));
}

function pairsOf(message: WireMessage, key: string, depth: number): [string, unknown][] {
  return message
    .messages(key, KEY_VALUE)
    .map((pair) => [pair.text('key'), valueOf(pair.message('value', ANY_VALUE), depth)]);
}

// One of seven, or nothing at all.
function valueOf(value: WireMessage | undefined, depth: number): unknown {
  if (!value) return undefined;
  const [kind, ...others] = ANY_VALUE.filter((name) => value.has(name));
  if (others.length > 0) throw value.fault(others.join(', '), `absent beside ${String(kind)}`);
  if (depth > DEEPEST) throw value.fault(String(kind), 'less deep');
  switch (kind) {
    case 'stringValue':
      return value.text(kind);
    case 'boolValue':
      return value.value(kind, (each) => typeof each === 'boolean', 'true or false');
    case 'intValue':
      return value.integer(kind, true);
    case 'doubleValue':
      return value.value(kind, isDouble, 'a number, or one of the words for what is none');
    case 'bytesValue':
      return value.value(kind, isBase64, 'bytes in Base64');
    case 'arrayValue':
      return (value.message(kind, VALUES)?.messages('values', ANY_VALUE) ?? []).map((each) =>
        valueOf(each, depth + 1),
      );
    case 'kvlistValue': {
      const list = value.message(kind, VALUES);
      return new Map(list ? pairsOf(list, 'values', depth + 1) : []);
    }
    default:
      return undefined;
  }
}

function isDouble(value: unknown): boolean {
  if (typeof value === 'number') return true;
  return (
    typeof value === 'string' && /^(?:NaN|-?Infinity|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/i.test(value)
  );
}

function isBase64(value: unknown): boolean {
  return typeof value === 'string' && /^[\w+/-]*={0,2}$/.test(value);
}

function shown(value: unknown): string {
  switch (typeof value) {
    case 'undefined':
      return '';
    case 'object':
      return JSON.stringify(value, plain);
    default:
      return String(value);
  }
}

function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  return value instanceof Map ? Object.fromEntries(value) : value;
}
