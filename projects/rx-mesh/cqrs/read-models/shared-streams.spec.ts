import { NEVER, Subject, merge, of, tap, throwError } from 'rxjs';
import { watching } from '../../spec-support/projection-world';
import { SharedStreams } from './shared-streams';

describe(SharedStreams.name, () => {
  it('makes one stream for all who look, and forgets it with the last', () => {
    const streams = new SharedStreams();
    const make = jest.fn(() => merge(of(1), NEVER));
    const [one, other] = [watching(streams.of('a', make)), watching(streams.of('a', make))];

    expect([one.values, other.values, make.mock.calls.length]).toEqual([[1], [1], 1]);

    one.stop();

    expect(streams.size).toBe(1);

    other.stop();

    expect(streams.size).toBe(0);
  });

  it('is a new one for who asks again at the end', () => {
    const streams = new SharedStreams();
    const end = new Subject<number>();
    const seen: unknown[] = [];
    const again = () => watching(streams.of('a', () => merge(of('new'), NEVER)).pipe(tap((value) => seen.push(value)))); // prettier-ignore
    streams.of('a', () => end).subscribe({ complete: again });
    end.complete();
    again();

    expect(seen).toEqual(['new', 'new']);
    expect(streams.size).toBe(1);

    streams.of('b', () => throwError(() => new Error('no'))).subscribe({ error: again });

    expect(seen).toHaveLength(3);
    expect(streams.size).toBe(1);
  });
});
