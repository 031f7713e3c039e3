import { InvalidOptionError } from 'rx-mesh/kernel';
import { hasIds } from '../trace-span';
import { type ChildContext, headerText, isSpanId } from './header-ids';
import type { Propagator } from './propagator';

type Get = Parameters<Propagator['extract']>[0];
type Write = Parameters<Propagator['inject']>[1];

/** Options of {@link b3Propagator}. */
export interface B3Options {
  /** How it writes: `single` is the one header `b3`, `multi` are the older `X-B3-…`. It reads both. @default 'single' */
  readonly format?: 'single' | 'multi' | undefined;
}

/** What B3 says of a span beyond a trace context. */
export interface B3Context extends ChildContext {
  /** Whether the trace is recorded against all samplers on the way, for somebody looks into it. @default false */
  readonly debug?: boolean | undefined;
}

const FIELDS = [
  'b3',
  'x-b3-traceid',
  'x-b3-spanid',
  'x-b3-parentspanid',
  'x-b3-sampled',
  'x-b3-flags',
] as const;

// trace "-" span, then the decision, then the parent.
const SINGLE = /^([\da-f]+)-([\da-f]+)(?:-([01d])(?:-([\da-f]+))?)?$/;

/**
 * B3, the headers of Zipkin.
 *
 * What it reads is a {@link B3Context}. The header `b3` goes before the others. A decision alone (`b3: 0`) is a legal
 * one, but names no trace: there is no context then, whatever the others say. Trace ids of 16 digits get 16 zeros at the
 * left. An `X-B3-ParentSpanId` that is empty is malformed, so there is no context; it must be absent where a trace
 * begins. With `X-B3-Flags: 1` the trace is sampled, and `X-B3-Sampled` is neither read nor sent.
 *
 * @throws InvalidOptionError for a format that is neither.
 * @usageNotes
 * ```ts
 * providers: [{ provide: PROPAGATOR, useFactory: () => b3Propagator({ format: 'multi' }) }];
 * ```
 */
export function b3Propagator({ format = 'single' }: B3Options = {}): Propagator {
  const known: readonly string[] = ['single', 'multi'];
  if (!known.includes(format)) {
    throw new InvalidOptionError('B3Options.format', format, '"single" or "multi"');
  }
  const write = format === 'single' ? writeSingle : writeMulti;
  return {
    fields: FIELDS,
    inject: (context, set) => {
      if (hasIds(context)) write(context, set);
    },
    extract: (get) => {
      const single = headerText(get, 'b3') ?? '';
      if (/^[01d]$/.test(single)) return undefined;
      return readSingle(single) ?? readMulti(get);
    },
  };
}

function writeSingle(context: B3Context, set: Write): void {
  const { traceId, spanId, sampled = true, debug = false, parentSpanId } = context;
  const decision = debug ? 'd' : sampled ? '1' : '0';
  const parent = isSpanId(parentSpanId) ? `-${parentSpanId}` : '';
  set('b3', `${traceId}-${spanId}-${decision}${parent}`);
}

function writeMulti(context: B3Context, set: Write): void {
  const { traceId, spanId, sampled = true, debug = false, parentSpanId } = context;
  set('x-b3-traceid', traceId);
  set('x-b3-spanid', spanId);
  if (isSpanId(parentSpanId)) set('x-b3-parentspanid', parentSpanId);
  if (debug) set('x-b3-flags', '1');
  else set('x-b3-sampled', sampled ? '1' : '0');
}

function readSingle(header: string): B3Context | undefined {
  const [, traceId = '', spanId = '', decision, parentSpanId] = SINGLE.exec(header) ?? [];
  const sampled = decision === undefined ? undefined : decision !== '0';
  return toContext({ traceId, spanId, sampled, debug: decision === 'd', parentSpanId });
}

function readMulti(get: Get): B3Context | undefined {
  const debug = headerText(get, 'x-b3-flags') === '1';
  const word = headerText(get, 'x-b3-sampled');
  const sampled = debug || (word === undefined ? undefined : /^(?:1|true)$/.test(word));
  // Early libraries wrote the words; anything else is no decision, so the headers are malformed.
  if (sampled === false && !/^(?:0|false)$/.test(word ?? '')) return undefined;
  return toContext({
    traceId: headerText(get, 'x-b3-traceid') ?? '',
    spanId: headerText(get, 'x-b3-spanid') ?? '',
    sampled,
    debug,
    parentSpanId: headerText(get, 'x-b3-parentspanid'),
  });
}

function toContext({ traceId: digits, debug, ...rest }: B3Context): B3Context | undefined {
  const traceId = digits.length === 16 ? digits.padStart(32, '0') : digits;
  const { spanId, parentSpanId } = rest;
  if (!hasIds({ traceId, spanId })) return undefined;
  if (parentSpanId !== undefined && !isSpanId(parentSpanId)) return undefined;
  return { ...rest, traceId, debug: debug === true ? true : undefined, remote: true };
}
