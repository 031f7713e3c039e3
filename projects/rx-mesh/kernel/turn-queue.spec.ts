import { Subject } from 'rxjs';
import { TurnQueue } from './turn-queue';

const setUp = () => {
  const subject = new Subject<number>();
  const queue = new TurnQueue(subject);
  const heard: string[] = [];
  const listen = (name: string, react?: (value: number) => void) =>
    subject.subscribe({
      next: (value) => {
        heard.push(`${name}${value}`);
        react?.(value);
      },
      complete: () => heard.push(`${name}|`),
    });
  return { queue, heard, listen };
};

describe(TurnQueue.name, () => {
  it('lets what a listener emits wait until all have heard the present value', () => {
    const { queue, heard, listen } = setUp();
    listen('a', (value) => {
      if (value < 3) queue.next(value + 1);
    });
    listen('b');
    queue.next(1);

    expect(heard).toEqual(['a1', 'b1', 'a2', 'b2', 'a3', 'b3']);
  });

  it('lets the end wait as well, and ignores what comes after it', () => {
    const { queue, heard, listen } = setUp();
    listen('a', (value) => {
      if (value > 1) return;
      queue.next(2);
      queue.complete();
      queue.next(3);
    });
    listen('b');
    queue.next(1);
    queue.next(4);

    expect(heard).toEqual(['a1', 'b1', 'a2', 'b2', 'a|', 'b|']);
  });

  it('keeps no value back when all listeners leave', () => {
    const { queue, heard, listen } = setUp();
    const first = listen('a', () => {
      queue.next(2);
      first.unsubscribe();
    });
    queue.next(1);
    listen('b');
    queue.next(3);

    expect(heard).toEqual(['a1', 'b3']);
  });
});
