import { TestBed } from '@angular/core/testing';
import { RecordingDiagnostics, provideRxMeshTesting } from 'rx-mesh/testing';
import { composePolicies } from './compose-policies';
import { type PolicyKind, definePolicy } from './policy';
import { policyOrderProblems } from './policy-order';

const chain = (...kinds: readonly PolicyKind[]) =>
  kinds.map((kind) => definePolicy(kind, (source) => source));

describe(policyOrderProblems.name, () => {
  it('finds nothing wrong with the order that holds in most cases', () => {
    const usual = chain(
      'fallback',
      'stale',
      'deadline',
      'single-flight',
      'rate-limit',
      'retry',
      'online',
      'throttle',
      'hedge',
      'circuit-breaker',
      'bulkhead',
      'timeout',
      'chaos',
    );

    expect(policyOrderProblems(usual)).toEqual([]);
    expect(policyOrderProblems([(source) => source])).toEqual([]);
  });

  it.each<[PolicyKind, PolicyKind]>([
    ['retry', 'fallback'],
    ['retry', 'deadline'],
    ['circuit-breaker', 'retry'],
    ['timeout', 'circuit-breaker'],
    ['bulkhead', 'retry'],
    ['chaos', 'timeout'],
  ])('says why %s must not stand outside of %s', (outer, inner) => {
    expect(policyOrderProblems(chain(outer, inner))).toEqual([
      expect.stringContaining(`${outer} stands outside of ${inner}: `),
    ]);
    expect(policyOrderProblems(chain(inner, outer))).toEqual([]);
  });

  it('finds two retries', () => {
    expect(policyOrderProblems(chain('retry', 'retry'))).toEqual([
      'There are two of retry: their attempts multiply.',
    ]);
  });

  it('is reported where somebody can be reached, once for each chain', () => {
    TestBed.configureTestingModule({ providers: [provideRxMeshTesting()] });
    TestBed.runInInjectionContext(() => {
      composePolicies(...chain('timeout', 'retry'));
      composePolicies(...chain('retry', 'timeout'));
    });
    composePolicies(...chain('timeout', 'retry'));

    expect(TestBed.inject(RecordingDiagnostics).records).toMatchObject([
      { code: 'RXM209', severity: 'warning', source: 'composePolicies' },
    ]);
  });
});
