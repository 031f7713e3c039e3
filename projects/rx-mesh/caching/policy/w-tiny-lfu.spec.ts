import { seededRandom } from 'rx-mesh/kernel';
import { TRACES, hitRatio } from '../spec-support/cache-traces';
import { PolicyNode } from './node-list';
import { wTinyLfu } from './w-tiny-lfu';

function setup(maxEntries: number, maxWeight = Infinity) {
  const policy = wTinyLfu()<PolicyNode>({ maxEntries, maxWeight }, seededRandom(1));
  const add = (key: string): readonly string[] => {
    const gone: string[] = [];
    const node = new PolicyNode(key, 1);
    nodes.set(key, node);
    policy.add(node);
    for (let old = policy.evict(); old; old = policy.evict()) gone.push(old.key);
    for (const old of gone) nodes.delete(old);
    return gone;
  };
  const nodes = new Map<string, PolicyNode>();
  const touch = (key: string): void => {
    const node = nodes.get(key);
    if (node) policy.touch(node);
  };
  return { policy, nodes, add, touch };
}

describe(`${wTinyLfu.name}, with marks instead of moves`, () => {
  it('promotes what was used in probation before it looks for a victim', () => {
    const { nodes, add, touch } = setup(16);
    for (let at = 0; at < 16; at++) add(`${at}`);
    // The oldest ones of probation, once each.
    for (let at = 0; at < 8; at++) touch(`${at}`);
    // The two of the window go first; then what is of more use than all takes the place of the oldest without a mark.
    const gone = [...add('strong')];
    for (let time = 0; time < 5; time++) touch('strong');
    gone.push(...add('x'), ...add('y'));
    expect([gone, nodes.has('strong')]).toEqual([['14', '15', '8'], true]);
  });

  it('lets go of, and weighs anew, what is marked', () => {
    const { policy, nodes, add, touch } = setup(16, 20);
    for (let at = 0; at < 12; at++) add(`${at}`);
    for (let at = 0; at < 12; at++) touch(`${at}`);
    const [first, second] = [...nodes.values()];
    expect([first && policy.reweigh(first, 3), policy.weight, policy.evict()]).toEqual([
      true,
      14,
      undefined,
    ]);
    for (const node of [first, first, second]) if (node) policy.remove(node);
    expect([policy.count, policy.weight, first?.list]).toEqual([10, 10, undefined]);
  });

  it('makes room at once, however many are marked, and has a victim left', () => {
    const { policy, nodes, add, touch } = setup(1000);
    for (let at = 0; at < 1000; at++) add(`${at}`);
    for (let at = 0; at < 1000; at++) touch(`${at}`);
    for (let at = 0; at < 3000; at++) expect(add(`more ${at}`)).toHaveLength(1);
    expect([policy.count, nodes.size]).toEqual([1000, 1000]);
  });

  it.each([
    [100, 0.05],
    [500, 0.35],
  ])('keeps a part of a circle that is too large: %d entries', (maxEntries, least) => {
    const random = seededRandom(1);
    const trace = TRACES['loop of 1011'](() => random.next(), 200_000);
    const policy = wTinyLfu()({ maxEntries, maxWeight: Infinity }, seededRandom(1));
    expect(hitRatio(policy, trace)).toBeGreaterThan(least);
  });
});
