import { HttpParams } from '@angular/common/http';
import fc from 'fast-check';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { contextOf, stepWorld } from '../spec-support/gateway-steps';
import { bodyLimit } from './body-limit-middleware';
import { bodySize } from './body-size';

describe(bodyLimit.name, () => {
  it('lets through what is as large as it may be, and refuses what is larger', () => {
    const { arrivals, send } = stepWorld(bodyLimit(4));
    send(contextOf('/a', { method: 'POST', body: 'abcd' }));
    expect(send(contextOf('/a', { method: 'POST', body: 'abcé' })).error).toMatchObject({
      status: 413,
    });
    expect(arrivals).toHaveLength(1);
  });

  it('makes an error of the request of a body that cannot be read', () => {
    const error = new Error('x');
    const body = {
      toJSON: () => {
        throw error;
      },
    };
    expect(stepWorld(bodyLimit(4)).send(contextOf('/a', { method: 'POST', body })).error).toBe(
      error,
    );
  });

  it.each([[-1], [NaN], [Infinity]])('refuses %p as a size', (size) => {
    expect(() => bodyLimit(size)).toThrow(InvalidOptionError);
  });
});

describe(bodySize.name, () => {
  const form = new FormData();
  form.append('name', 'value');
  form.append('file', new Blob(['12345']));

  it.each([
    [null, 0],
    [undefined, 0],
    ['', 0],
    ['aé€😀', 10],
    [new Blob(['12345']), 5],
    [new ArrayBuffer(7), 7],
    [new Uint16Array(3), 6],
    [new URLSearchParams({ a: 'ä' }), 8],
    [new HttpParams({ fromObject: { a: 'ä' } }), 8],
    [form, 2 * 128 + 4 + 5 + 4 + 5],
    [new Date(0), 26],
    [true, 4],
    [12.5, 4],
  ])('of %p', (body, size) => {
    expect(bodySize(body, 1000)).toBe(size);
  });

  it('of JSON is about what is sent', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const exact = new TextEncoder().encode(JSON.stringify([value])).length;
        const size = bodySize([value], Infinity);
        // What is escaped, and names beyond ASCII, take more than is thought.
        expect(size).toBeLessThanOrEqual(2 * exact + 2);
        expect(size * 6 + 2).toBeGreaterThanOrEqual(exact);
      }),
    );
  });

  it('does not follow a body that contains itself, nor a huge one, to its end', () => {
    const loop: Record<string, unknown> = {};
    loop['again'] = [loop, loop];
    expect(bodySize(loop, 1000)).toBeGreaterThan(1000);
    const counted = { read: 0 };
    const huge = new Proxy(
      Array.from({ length: 100_000 }, () => 'x'),
      {
        get: (target, key, receiver) => {
          counted.read++;
          return Reflect.get(target, key, receiver) as unknown;
        },
      },
    );
    expect(bodySize({ huge }, 1000)).toBeGreaterThan(1000);
    expect(counted.read).toBeLessThan(10);
  });
});
