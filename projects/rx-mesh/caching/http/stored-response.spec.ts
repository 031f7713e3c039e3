import { HttpHeaders, HttpResponse } from '@angular/common/http';
import { httpResponse, isStoredResponse, storedResponse } from './stored-response';

describe(storedResponse.name, () => {
  const response = new HttpResponse({
    body: { id: 7 },
    headers: new HttpHeaders({ ETag: '"a"', 'X-Many': ['1', '2'], 'Set-Cookie': 'session=1' }),
    status: 203,
    url: 'https://shop.test/orders/7',
  });

  it('comes back as it was over a wire, without cookies', () => {
    const wire: unknown = JSON.parse(JSON.stringify(storedResponse(response)));
    expect(isStoredResponse(wire)).toBe(true);
    const back = httpResponse(wire as never);
    expect(back).toMatchObject({ body: { id: 7 }, status: 203, url: response.url, ok: true });
    expect(back.headers.get('etag')).toBe('"a"');
    expect(back.headers.getAll('x-many')).toEqual(['1', '2']);
    expect(back.headers.has('set-cookie')).toBe(false);
  });

  it('is a new answer for each reader', () => {
    const stored = storedResponse(response);
    expect(httpResponse(stored)).not.toBe(httpResponse(stored));
  });

  it.each([
    [null],
    ['text'],
    [{}],
    [{ status: '200', url: null, headers: [] }],
    [{ status: 200, url: 1, headers: [] }],
    [{ status: 200, url: null, headers: [['a', 'b']] }],
    [{ status: 200, url: null, headers: { a: 'b' } }],
  ])('is not taken for one: %j', (value) => {
    expect(isStoredResponse(value)).toBe(false);
  });
});
