import type { FakeConsulInstance, FakeConsulStatus } from './fake-consul-state';

const UNITS: ReadonlyMap<string, number> = /* @__PURE__ */ new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
]);
const DEFAULT_WAIT = 300_000;
const LONGEST_WAIT = 600_000;
// What Consul 1.8 knows; it refuses the rest.
const FIELDS: ReadonlySet<string> = /* @__PURE__ */ new Set([
  ...['ID', 'Name', 'Tags', 'Address', 'TaggedAddresses', 'Port', 'Meta', 'Weights', 'Kind'],
  ...['Check', 'Checks', 'EnableTagOverride', 'Proxy', 'Connect', 'Token', 'Namespace'],
]);
const MOST_META = 64;
const MOST_WEIGHT = 65_535;

/** What a registration asks for. */
export interface FakeConsulRegistration {
  readonly instance: FakeConsulInstance;
  /** What its check says at first; `undefined` when it brings none. */
  readonly check: FakeConsulStatus | undefined;
}

interface Body {
  readonly Name?: string;
  readonly ID?: string;
  readonly Address?: string;
  readonly Port?: number;
  readonly Tags?: readonly string[];
  readonly Meta?: Readonly<Record<string, string>>;
  readonly Weights?: { readonly Passing?: number; readonly Warning?: number };
  readonly Check?: { readonly Status?: FakeConsulStatus };
}

/** What the body of a registration says, or why Consul refuses it. */
export function registrationOf(text: string): FakeConsulRegistration | string {
  const body = bodyOf(text);
  if (typeof body === 'string') return `Request decode failed: ${body}`;
  const { Name: name = '', ID, Address, Port, Tags, Meta, Weights, Check } = body;
  if (name === '') return 'Missing service name';
  const weights = Weights && { Passing: Weights.Passing ?? 0, Warning: Weights.Warning ?? 0 };
  const refusal = weightsFault(weights) ?? metaFault(Meta ?? {});
  if (refusal !== undefined) return refusal;
  return {
    instance: { name, id: ID, address: Address, port: Port, tags: Tags, meta: Meta, weights },
    check: Check && (Check.Status ?? 'critical'),
  };
}

function bodyOf(text: string): Body | string {
  try {
    const body = JSON.parse(text) as Body;
    const unknown = Object.keys(body).find((key) => !FIELDS.has(key));
    if (unknown !== undefined) return `json: unknown field ${JSON.stringify(unknown)}`;
    return Number.isInteger(body.Port ?? 0) ? body : 'json: .Port is no int';
  } catch (error) {
    return String(error);
  }
}

function weightsFault(weights: FakeConsulInstance['weights']): string | undefined {
  if (!weights) return undefined;
  if (weights.Passing < 1) return 'Invalid Weights: Passing must be greater than 0';
  return [weights.Passing, weights.Warning].every((each) => each >= 0 && each <= MOST_WEIGHT)
    ? undefined
    : 'Invalid Weights: DNS Weight must be between 0 and 65535';
}

function metaFault(meta: Readonly<Record<string, string>>): string | undefined {
  const pairs = Object.entries(meta);
  if (pairs.length > MOST_META) {
    return 'Invalid Service Meta: Node metadata cannot contain more than 64 key/value pairs';
  }
  for (const [key, value] of pairs) {
    const fault = pairFault(key, value);
    if (fault !== undefined) {
      return `Invalid Service Meta: Couldn't load metadata pair ('${key}', '${value}'): ${fault}`;
    }
  }
  return undefined;
}

function pairFault(key: string, value: string): string | undefined {
  if (key === '') return 'Key cannot be blank';
  if (!/^[\w-]+$/.test(key)) return 'Key contains invalid characters';
  if (key.length > 128) return 'Key is too long (limit: 128 characters)';
  return value.length > 512 ? 'Value is too long (limit: 512 characters)' : undefined;
}

/** A duration as Go writes it, such as `1m30s`; `undefined` when it is none. */
export function millisecondsOf(text: string | null): number | undefined {
  if (text === null) return DEFAULT_WAIT;
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(text)) return undefined;
  let sum = 0;
  for (const [, count, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    sum += Number(count) * (UNITS.get(unit ?? '') ?? 0);
  }
  return Math.min(LONGEST_WAIT, sum || DEFAULT_WAIT);
}
