import fc from 'fast-check';
import { FrequencySketch } from './frequency-sketch';
import { hashOf } from './key-hash';

describe(`${FrequencySketch.name}, of what is counted outside`, () => {
  it('says 0 to 15 of it, and no less than that when it is written down, whenever it was halved', () => {
    const steps = fc.array(fc.tuple(fc.nat(5), fc.nat(4)), { maxLength: 300 });
    fc.assert(
      fc.property(steps, (list) => {
        // So small that it halves after each ten.
        const sketch = new FrequencySketch(1);
        const counts = new Map<number, number>();
        for (const [key, what] of list) {
          const hash = hashOf(`${key}`, 3);
          const own = counts.get(hash) ?? sketch.increment(hash);
          const said = sketch.countOf(own);
          expect([said >= 0, said <= 15]).toEqual([true, true]);
          counts.set(hash, sketch.counted(own));
          if (what > 0) continue;
          const last = counts.get(hash) ?? own;
          sketch.frequency(hash, sketch.countOf(last));
          counts.delete(hash);
          expect(sketch.frequency(hash)).toBeGreaterThanOrEqual(sketch.countOf(last));
        }
      }),
    );
  });

  it('counts exactly, where other keys are not', () => {
    const sketch = new FrequencySketch(1000);
    let own = sketch.increment(1);
    for (let time = 2; time <= 15; time++) {
      own = sketch.counted(own);
      expect([sketch.countOf(own), sketch.frequency(1)]).toEqual([time, 1]);
    }
    own = sketch.counted(own);
    sketch.frequency(1, sketch.countOf(own));
    expect([sketch.countOf(own), sketch.frequency(1)]).toEqual([15, 15]);
    expect(sketch.countOf(sketch.increment(1))).toBe(15);
  });

  it('halves it with the sample in which it was counted, and once more with each of the next', () => {
    const sketch = new FrequencySketch(2);
    let own = sketch.increment(1);
    for (let time = 2; time <= 14; time++) own = sketch.counted(own);
    expect(sketch.countOf(own)).toBe(14);
    const counts = [];
    for (let sample = 0; sample < 5; sample++) {
      // 20 at first, then 10 more each time.
      for (let at = 0; at < (sample ? 10 : 6); at++) sketch.increment(hashOf(`${sample} ${at}`, 1));
      counts.push(sketch.countOf(own));
    }
    expect(counts).toEqual([7, 3, 1, 0, 0]);
  });

  it('adds nothing when what it knows is written down', () => {
    const sketch = new FrequencySketch(1000);
    sketch.increment(1);
    const own = sketch.increment(1);
    sketch.frequency(1, sketch.countOf(own));
    expect(sketch.frequency(1)).toBe(2);
    sketch.frequency(1, sketch.countOf(sketch.counted(own)));
    expect(sketch.frequency(1)).toBe(3);
  });
});
