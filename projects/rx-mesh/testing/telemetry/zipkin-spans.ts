import type { SpanKind } from 'rx-mesh/tracing';
import type { ReceivedSpan } from './received-span';
import type { HeldSpan } from './received-traces';

/** A span as Zipkin has it, once it is checked. */
export interface ZipkinWire {
  readonly traceId: string;
  readonly id: string;
  readonly parentId?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly timestamp?: number;
  readonly duration?: number;
  readonly localEndpoint?: { readonly serviceName?: string };
  readonly tags?: Readonly<Record<string, string>>;
}

type Check = (value: unknown) => boolean;

/** What a field must be: a check, and its words. */
type Rule = readonly [check: Check, words: string];

const KINDS: ReadonlyMap<string, SpanKind> = /* @__PURE__ */ new Map([
  ['CLIENT', 'client'],
  ['SERVER', 'server'],
  ['PRODUCER', 'producer'],
  ['CONSUMER', 'consumer'],
]);

const isText: Check = (value) => typeof value === 'string';
const isFlag: Check = (value) => typeof value === 'boolean';
const isObject: Check = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isId: Check = (value) => typeof value === 'string' && /^(?!0+$)[\da-f]{16}$/.test(value);
const isTraceId: Check = (value) =>
  typeof value === 'string' && /^(?!0+$)(?:[\da-f]{16}|[\da-f]{32})$/.test(value);
const isTime: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 1;
const isKind: Check = (value) => typeof value === 'string' && KINDS.has(value);
const isList: Check = (value) => Array.isArray(value);
const isPort: Check = (value) =>
  Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 65_535;

const TEXT: Rule = [isText, 'a text'];
const FLAG: Rule = [isFlag, 'true or false'];
const ID: Rule = [isId, '16 lower-case hexadecimal digits, not all zero'];
const TIME: Rule = [isTime, 'whole microseconds of at least 1'];

const ENDPOINT: ReadonlyMap<string, Rule> = /* @__PURE__ */ new Map([
  ['serviceName', TEXT],
  ['ipv4', TEXT],
  ['ipv6', TEXT],
  ['port', [isPort, 'an integer from 1 to 65535']],
]);
const ANNOTATION: ReadonlyMap<string, Rule> = /* @__PURE__ */ new Map([
  ['timestamp', TIME],
  ['value', TEXT],
]);
const SPAN: ReadonlyMap<string, Rule> = /* @__PURE__ */ new Map<string, Rule>([
  ['traceId', [isTraceId, '16 or 32 lower-case hexadecimal digits, not all zero']],
  ['id', ID],
  ['parentId', [isId, '16 lower-case hexadecimal digits, and absent from a root']],
  ['name', TEXT],
  ['kind', [isKind, 'CLIENT, SERVER, PRODUCER, CONSUMER or absent']],
  ['timestamp', TIME],
  ['duration', TIME],
  ['debug', FLAG],
  ['shared', FLAG],
  ['localEndpoint', [isObject, 'an object']],
  ['remoteEndpoint', [isObject, 'an object']],
  ['tags', [isObject, 'an object']],
  ['annotations', [isList, 'a list']],
]);

/** Reads the list of spans of a delivery, or says what is wrong with it. One bad span spoils all. */
export function readZipkin(text: string): readonly HeldSpan<ZipkinWire>[] | string {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (error) {
    return String(error);
  }
  if (!Array.isArray(list)) return 'the body must be a list of spans';
  for (const [i, span] of list.entries()) {
    const fault = faultOf(span, `[${i}]`);
    if (fault !== undefined) return fault;
  }
  return (list as ZipkinWire[]).map((wire) => ({ span: spanOf(wire), wire }));
}

function faultOf(span: unknown, at: string): string | undefined {
  const fault = fieldFault(span, at, SPAN, ['traceId', 'id']);
  if (fault !== undefined) return fault;
  const { localEndpoint, remoteEndpoint, tags, annotations } = span as Record<string, unknown>;
  const endpoints = [
    fieldFault(localEndpoint ?? {}, `${at}.localEndpoint`, ENDPOINT),
    fieldFault(remoteEndpoint ?? {}, `${at}.remoteEndpoint`, ENDPOINT),
  ];
  const events = ((annotations ?? []) as readonly unknown[]).map((each, i) =>
    fieldFault(each, `${at}.annotations[${i}]`, ANNOTATION, ['timestamp', 'value']),
  );
  const tag = Object.entries(tags ?? {}).find(([, value]) => !isText(value));
  const tagFault = tag && `${at}.tags.${tag[0]} must be a text`;
  return [...endpoints, ...events, tagFault].find((each) => each !== undefined);
}

function fieldFault(
  object: unknown,
  at: string,
  rules: ReadonlyMap<string, Rule>,
  required: readonly string[] = [],
): string | undefined {
  if (!isObject(object)) return `${at} must be an object`;
  const fields = new Map(Object.entries(object as object));
  for (const [key, [check, words]] of rules) {
    if (fields.has(key) ? !check(fields.get(key)) : required.includes(key)) {
      return `${at}.${key} must be ${words}`;
    }
  }
  return undefined;
}

function spanOf(wire: ZipkinWire): ReceivedSpan {
  const { traceId, id, parentId, kind = '', name = '', timestamp = 0, duration = 0 } = wire;
  const { localEndpoint, tags = {} } = wire;
  return {
    traceId,
    spanId: id,
    ...(parentId === undefined ? {} : { parentSpanId: parentId }),
    // Zipkin looks both up in lower case only.
    name: name.toLowerCase(),
    kind: KINDS.get(kind) ?? 'internal',
    startTime: timestamp / 1000,
    duration: duration / 1000,
    service: localEndpoint?.serviceName?.toLowerCase() ?? '',
    attributes: Object.fromEntries(Object.entries(tags)),
    status: Object.hasOwn(tags, 'error') ? 'error' : 'unset',
  };
}
