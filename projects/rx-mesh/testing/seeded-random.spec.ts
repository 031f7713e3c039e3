import { seededRandom } from 'rx-mesh/kernel';
import { SeededRandom } from './seeded-random';

const draw = (random: { next(): number }): number[] => [1, 2, 3, 4].map(() => random.next());

describe(SeededRandom.name, () => {
  it('gives the numbers of its seed', () => {
    expect(draw(new SeededRandom(42))).toEqual(draw(seededRandom(42)));
    expect(draw(new SeededRandom(42))).not.toEqual(draw(new SeededRandom(43)));
  });

  it('starts from seed 1 by default', () => {
    expect(new SeededRandom().seed).toBe(1);
    expect(draw(new SeededRandom())).toEqual(draw(new SeededRandom(1)));
  });

  it('can be wound back', () => {
    const random = new SeededRandom(7);
    const first = draw(random);
    random.reset();

    expect(draw(random)).toEqual(first);
  });
});
