import fc from 'fast-check';
import { InvalidOptionError } from 'rx-mesh/kernel';
import {
  type LabelMatcher,
  fingerprintOf,
  isLabelName,
  labelKey,
  labelOf,
  labelTest,
  labelsOf,
} from './alert-labels';

describe(fingerprintOf.name, () => {
  // As Alertmanager 0.25 shows them.
  it.each([
    [{ alertname: 'A' }, 'd2c6efc389df0927'],
    [{ severity: 'page', city: 'Zürich', alertname: 'SlowCheckout' }, 'd47db798200c5951'],
    [{}, 'cbf29ce484222325'],
  ])('of %j is %s', (labels, fingerprint) => {
    expect(fingerprintOf(labelsOf(labels))).toBe(fingerprint);
  });
});

describe(labelsOf.name, () => {
  it('puts labels in order, leaves out empty ones, and lets later ones win', () => {
    const labels = labelsOf(
      { b: '1', a: 2, c: '' },
      { b: 'x', 'server.address': 'h', 'x-y/z': true },
    );

    expect(Object.entries(labels)).toEqual([
      ['a', '2'],
      ['b', 'x'],
      ['server_address', 'h'],
      ['x_y_z', 'true'],
    ]);
    expect(Object.isFrozen(labels)).toBe(true);
  });

  it('has no prototype to be polluted', () => {
    const labels = labelsOf(JSON.parse('{ "__proto__": "x" }') as Record<string, string>);

    expect(labelOf(labels, '__proto__')).toBe('x');
    expect(labelOf(labels, 'toString')).toBe('');
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('makes one key of the same labels, whatever their order', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), (labels) => {
        const turned = Object.fromEntries(Object.entries(labels).reverse());

        expect(labelKey(labelsOf(turned))).toBe(labelKey(labelsOf(labels)));
        expect(fingerprintOf(labelsOf(labels))).toMatch(/^[\da-f]{16}$/);
      }),
    );
  });
});

describe(labelTest.name, () => {
  const labels = labelsOf({ service: 'orders', severity: 'page' });

  it.each<[LabelMatcher, boolean]>([
    [{ name: 'service', value: 'orders' }, true],
    [{ name: 'service', value: 'order' }, false],
    [{ name: 'service', op: '!=', value: 'users' }, true],
    [{ name: 'service', op: '=~', value: 'ord.*|users' }, true],
    [{ name: 'service', op: '=~', value: 'ord' }, false],
    [{ name: 'service', op: '!~', value: 'ord' }, true],
    [{ name: 'service', op: '!~', value: 'ord.*' }, false],
    [{ name: 'absent', value: '' }, true],
    [{ name: 'absent', op: '!=', value: '' }, false],
  ])('%j is %s', (matcher, matches) => {
    expect(labelTest('x', [matcher])(labels)).toBe(matches);
  });

  it('asks for all of them', () => {
    const service: LabelMatcher = { name: 'service', value: 'orders' };

    expect(labelTest('x', [service, { name: 'severity', value: 'page' }])(labels)).toBe(true);
    expect(labelTest('x', [service, { name: 'severity', value: 'ticket' }])(labels)).toBe(false);
  });

  it.each<[readonly LabelMatcher[], string]>([
    [[], 'at least one matcher'],
    [[{ name: 'a b', value: '' }], 'x.name'],
    [[{ name: 'a', op: '=~', value: '(' }], 'x.value'],
    [[{ name: 'a', op: '=~', value: ')|(' }], 'x.value'],
    [[{ name: 'a', op: '<' as '=', value: '' }], 'x.op'],
  ])('refuses %j', (matchers, words) => {
    expect(() => labelTest('x', matchers)).toThrow(InvalidOptionError);
    expect(() => labelTest('x', matchers)).toThrow(words);
    expect(isLabelName('_a1')).toBe(true);
  });
});
