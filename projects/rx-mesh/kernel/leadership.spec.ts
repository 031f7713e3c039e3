import { DOCUMENT, type Provider } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { take } from 'rxjs';
import { settled } from '../spec-support/settled';
import { LEADERSHIP, type Leadership, pageLeadership } from './leadership';

function logOf(leadership: Leadership, name: string): { log: boolean[]; leave: () => void } {
  const log: boolean[] = [];
  const candidate = leadership.lead(name).subscribe((leads) => log.push(leads));
  return { log, leave: () => candidate.unsubscribe() };
}

// A lock manager of one origin, as the Web Locks standard has it.
class FakeLocks {
  readonly names = new Set<string>();
  refuses = false;
  #waiting: (() => void)[] = [];
  #steal: (() => void) | undefined;

  readonly request = async (
    name: string,
    { signal }: { readonly signal: AbortSignal },
    work: () => Promise<void>,
  ): Promise<void> => {
    if (this.refuses) throw new DOMException('no locks here', 'SecurityError');
    signal.throwIfAborted();
    if (this.#steal) await this.#turn(signal);
    this.names.add(name);
    const stolen = new Promise<never>((_resolve, reject) => {
      this.#steal = () => reject(new DOMException('stolen', 'AbortError'));
    });
    try {
      await Promise.race([work(), stolen]);
    } finally {
      this.names.delete(name);
      this.#steal = undefined;
      this.#waiting.shift()?.();
    }
  };

  steal(): void {
    this.#steal?.();
  }

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push(resolve);
      signal.addEventListener('abort', () => {
        this.#waiting = this.#waiting.filter((one) => one !== resolve);
        reject(signal.reason as Error);
      });
    });
  }
}

function withLocks(locks: unknown): Leadership {
  const page: Provider = {
    provide: DOCUMENT,
    useValue: { defaultView: { navigator: { locks } } },
  };
  TestBed.configureTestingModule({ providers: [page] });
  return TestBed.inject(LEADERSHIP);
}

describe('LEADERSHIP', () => {
  it('gives the lead in the order of arrival when there are no locks', () => {
    const leadership = pageLeadership();
    const first = logOf(leadership, 'sagas');
    const second = logOf(leadership, 'sagas');
    const third = logOf(leadership, 'sagas');
    const other = logOf(leadership, 'other');
    expect([first.log, second.log, other.log]).toEqual([[false, true], [false], [false, true]]);

    second.leave();
    first.leave();
    expect([second.log, third.log]).toEqual([[false], [false, true]]);
    third.leave();
    expect(logOf(leadership, 'sagas').log).toEqual([false, true]);
  });

  it('does not lead for a subscriber that left at the first emission', () => {
    const leadership = pageLeadership();
    leadership.lead('sagas').pipe(take(1)).subscribe();
    expect(logOf(leadership, 'sagas').log).toEqual([false, true]);
  });

  it('asks the locks of the browser, and hands the lead over at the end', async () => {
    const locks = new FakeLocks();
    const leadership = withLocks(locks);
    const first = logOf(leadership, 'sagas');
    const second = logOf(leadership, 'sagas');
    await settled();
    expect([...locks.names]).toEqual(['rx-mesh sagas']);
    expect([first.log, second.log]).toEqual([[false, true], [false]]);

    first.leave();
    await settled();
    expect(second.log).toEqual([false, true]);
    second.leave();
    await settled();
    expect([...locks.names]).toEqual([]);
  });

  it('leaves the queue when it is unsubscribed while it waits', async () => {
    const leadership = withLocks(new FakeLocks());
    const first = logOf(leadership, 'sagas');
    const second = logOf(leadership, 'sagas');
    const third = logOf(leadership, 'sagas');
    await settled();
    second.leave();
    first.leave();
    await settled();
    expect([second.log, third.log]).toEqual([[false], [false, true]]);
  });

  it('waits anew when the lead was taken away', async () => {
    const locks = new FakeLocks();
    const { log, leave } = logOf(withLocks(locks), 'sagas');
    await settled();
    locks.steal();
    await settled();
    expect(log).toEqual([false, true, false, true]);
    leave();
  });

  it('leads where the platform refuses locks', async () => {
    const locks = new FakeLocks();
    locks.refuses = true;
    const { log } = logOf(withLocks(locks), 'sagas');
    await settled();
    expect(log).toEqual([false, true]);
  });

  it('leads where the browser knows no locks', () => {
    TestBed.configureTestingModule({});
    expect(logOf(TestBed.inject(LEADERSHIP), 'sagas').log).toEqual([false, true]);
  });
});
