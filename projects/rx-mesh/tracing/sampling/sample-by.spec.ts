import type { SpanTagValue } from '../trace-span';
import { type SamplingRule, sampleBy } from './sample-by';
import { type Sampler, type SamplingRequest, alwaysSample, neverSample } from './sampler';

const request = (changes: Partial<SamplingRequest> = {}): SamplingRequest => ({
  traceId: 'a'.repeat(32),
  operationName: 'GET /orders/:id',
  kind: 'client',
  tags: Object.assign(Object.create({ polluted: true }) as object, {
    'server.port': 443,
    user: 'jo',
  }),
  parent: undefined,
  links: [],
  now: 0,
  ...changes,
});

const matches = (rule: Omit<SamplingRule, 'sampler'>, asked = request()): boolean =>
  sampleBy([{ ...rule, sampler: alwaysSample }], neverSample).sample(asked);

describe(sampleBy.name, () => {
  it.each<[Omit<SamplingRule, 'sampler'>, boolean]>([
    [{}, true],
    [{ name: 'GET /orders/:id' }, true],
    [{ name: 'GET /orders' }, false],
    [{ name: '' }, false],
    [{ name: /orders/ }, true],
    [{ name: /^orders/ }, false],
    [{ name: /ORDERS/i }, true],
    [{ kind: 'client' }, true],
    [{ kind: 'internal' }, false],
    [{ tags: {} }, true],
    [{ tags: { user: 'jo' } }, true],
    [{ tags: { user: 'jo', 'server.port': 443 } }, true],
    [{ tags: { user: 'jo', 'server.port': '443' } }, false],
    [{ tags: { absent: true } }, false],
    [{ tags: { polluted: true } }, false],
    [{ tags: { toString: undefined as unknown as SpanTagValue } }, false],
    [{ name: /orders/, kind: 'client', tags: { user: 'jo' } }, true],
    [{ name: /orders/, kind: 'server', tags: { user: 'jo' } }, false],
    [{ name: /orders/, kind: undefined, tags: undefined }, true],
  ])('knows whether %j is about a span: %p', (rule, expected) => {
    expect(matches(rule)).toBe(expected);
  });

  it('lets the first rule that is about a span decide, and asks no other', () => {
    const asked: string[] = [];
    const named = (name: string, answer: boolean): Sampler => ({
      sample: () => {
        asked.push(name);
        return answer;
      },
    });
    const sampler = sampleBy(
      [
        { kind: 'server', sampler: named('server', true) },
        { name: /orders/, sampler: named('orders', false) },
        { kind: 'client', sampler: named('client', true) },
      ],
      named('fallback', true),
    );

    expect(sampler.sample(request())).toBe(false);
    expect(sampler.sample(request({ operationName: 'GET /users' }))).toBe(true);
    expect(sampler.sample(request({ operationName: 'render', kind: 'internal' }))).toBe(true);
    expect(asked).toEqual(['orders', 'client', 'fallback']);
  });

  it('asks the fallback where there are no rules', () => {
    expect(sampleBy([], alwaysSample).sample(request())).toBe(true);
    expect(sampleBy([], neverSample).sample(request())).toBe(false);
  });

  it('hands the request on as it is', () => {
    const asked: SamplingRequest[] = [];
    const sampler: Sampler = { sample: (given) => asked.push(given) > 0 };
    const given = request();
    sampleBy([{ sampler }], neverSample).sample(given);

    expect(asked).toEqual([given]);
    expect(asked[0]).toBe(given);
  });

  it.each([/orders/g, /GET/y, /GET/gy])('begins anew with %p for each span', (name) => {
    name.lastIndex = 7;
    const sampler = sampleBy([{ name, sampler: alwaysSample }], neverSample);

    expect([1, 2, 3, 4].map(() => sampler.sample(request()))).toEqual([true, true, true, true]);
    expect(name.lastIndex).toBe(7);
  });

  it('keeps its rules, whatever becomes of the list', () => {
    const tags: Record<string, SpanTagValue> = { user: 'jo' };
    const rules: SamplingRule[] = [{ tags, sampler: alwaysSample }];
    const sampler = sampleBy(rules, neverSample);
    tags['user'] = 'ann';
    rules.length = 0;

    expect(sampler.sample(request())).toBe(true);
  });

  it.each<[string, unknown, string]>([
    ['rules', {}, 'sampleBy.rules is an object, but must be a list of rules.'],
    ['rule', [null], 'sampleBy.rules[0].sampler is undefined, but must be a sampler'],
    ['sampler', [{}], 'sampleBy.rules[0].sampler is undefined, but must be a sampler'],
    [
      'name',
      [{ sampler: alwaysSample }, { name: 5, sampler: alwaysSample }],
      'sampleBy.rules[1].name is 5, but must be a text or a regular expression.',
    ],
    [
      'kind',
      [{ kind: 'web', sampler: alwaysSample }],
      'sampleBy.rules[0].kind is "web", but must be one of internal, client, server, producer, consumer.',
    ],
    [
      'tags',
      [{ tags: 'user', sampler: alwaysSample }],
      'sampleBy.rules[0].tags is "user", but must be values by name.',
    ],
  ])('refuses malformed %s where they are given', (_what, rules, message) => {
    expect(() => sampleBy(rules as readonly SamplingRule[], neverSample)).toThrow(message);
  });

  it('refuses a fallback that is no sampler', () => {
    expect(() => sampleBy([], undefined as unknown as Sampler)).toThrow(
      'sampleBy.fallback is undefined, but must be a sampler, such as ratioSampler(0.1).',
    );
  });
});
