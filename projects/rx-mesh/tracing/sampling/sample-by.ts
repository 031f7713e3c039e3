import { InvalidOptionError } from 'rx-mesh/kernel';
import type { SpanKind, SpanTagValue } from '../trace-span';
import { checkSampler } from './check-sampler';
import type { Sampler, SamplingRequest } from './sampler';

/** A rule of {@link sampleBy}. It is about the spans that meet all of its conditions; without any, about all spans. */
export interface SamplingRule {
  /** The operation: its whole name, or a pattern that is found in it. @default any */
  readonly name?: string | RegExp | undefined;
  /** What the span covers. @default any */
  readonly kind?: SpanKind | undefined;
  /** What the span has to have been tagged with from its start: each of these, with this value. @default anything */
  readonly tags?: Readonly<Record<string, SpanTagValue>> | undefined;
  /** Decides for these spans. */
  readonly sampler: Sampler;
}

/**
 * Samples by what the spans are about. The first rule that is about a span decides, and no other one is asked.
 *
 * As the whole sampler it may take spans out of the middle of a trace; as the root of {@link parentBased} it decides of
 * whole traces, by the span that begins them.
 *
 * @param rules In the order in which they count.
 * @param fallback Decides for spans that no rule is about.
 * @throws InvalidOptionError when a rule is malformed.
 * @usageNotes
 * ```ts
 * const sampler = sampleBy(
 *   [
 *     { name: /heartbeat/, sampler: neverSample },
 *     { kind: 'client', tags: { 'rx_mesh.service': 'payments' }, sampler: alwaysSample },
 *   ],
 *   ratioSampler(0.05),
 * );
 * withTracing({ sampler: parentBased(sampler) });
 * ```
 */
export function sampleBy(rules: readonly SamplingRule[], fallback: Sampler): Sampler {
  if (!Array.isArray(rules))
    throw new InvalidOptionError('sampleBy.rules', rules, 'a list of rules');
  const deciders = rules.map(decider);
  const otherwise = checkSampler('sampleBy.fallback', fallback);
  return {
    sample: (request) => {
      const decides = deciders.find(({ isAbout }) => isAbout(request));
      return (decides?.sampler ?? otherwise).sample(request);
    },
  };
}

interface Decider {
  readonly isAbout: (request: SamplingRequest) => boolean;
  readonly sampler: Sampler;
}

const KINDS: readonly unknown[] = ['internal', 'client', 'server', 'producer', 'consumer'];

function decider(rule: SamplingRule, index: number): Decider {
  const at = `sampleBy.rules[${index}]`;
  const refuse = (name: string, value: unknown, expected: string): never => {
    throw new InvalidOptionError(`${at}.${name}`, value, expected);
  };
  // They may come from where no compiler has looked.
  const { name, kind, tags, sampler } = Object(rule) as SamplingRule;
  if (name !== undefined && typeof name !== 'string' && !(name instanceof RegExp)) {
    refuse('name', name, 'a text or a regular expression');
  }
  if (kind !== undefined && !KINDS.includes(kind))
    refuse('kind', kind, `one of ${KINDS.join(', ')}`);
  if (tags !== undefined && Object(tags) !== tags) refuse('tags', tags, 'values by name');
  const wanted = Object.entries(tags ?? {});
  return {
    sampler: checkSampler(`${at}.sampler`, sampler),
    isAbout: (request) =>
      (kind === undefined || request.kind === kind) &&
      (name === undefined || isNamed(request.operationName, name)) &&
      wanted.every(
        ([key, value]) => Object.hasOwn(request.tags, key) && request.tags[key] === value,
      ),
  };
}

function isNamed(operationName: string, name: string | RegExp): boolean {
  // Not `test`, which goes on from its last match where the pattern is global.
  return typeof name === 'string' ? operationName === name : operationName.search(name) >= 0;
}
