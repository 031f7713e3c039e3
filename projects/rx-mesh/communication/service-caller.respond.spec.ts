import { HttpErrorResponse, HttpResponse } from '@angular/common/http';
import { of } from 'rxjs';
import { callWorld } from '../spec-support/call-world';
import { ServiceCaller } from './service-caller';

describe(`${ServiceCaller.name}.respond`, () => {
  it('gives the whole answer: status, headers and body, with one request', () => {
    const { caller, events, http, open, see } = callWorld();
    const seen = see(caller.respond<{ id: number }>({ service: 'orders', path: '/orders/7' }));
    open()[0]?.flush({ id: 7 }, { status: 203, statusText: 'Fine', headers: { ETag: '"1"' } });
    expect(seen).toMatchObject({ errors: [], completed: true });
    expect(seen.values[0]).toBeInstanceOf(HttpResponse);
    expect(seen.values[0]).toMatchObject({ status: 203, body: { id: 7 } });
    expect(seen.values[0]?.headers.get('ETag')).toBe('"1"');
    expect(events.at(-1)).toMatchObject({ type: 'call-settled', outcome: 'success' });
    http.verify();
  });

  it('fails, is tried again and falls back as a call does', () => {
    const { caller, clock, open, see } = callWorld();
    const stand = new HttpResponse({ status: 200, body: 'stand-in' });
    const seen = see(caller.respond({ service: 'orders', retries: 1, fallback: () => of(stand) }));
    const refused = see(caller.respond({ service: 'orders', path: '/x' }));
    const [first, second] = open();
    first?.flush('busy', { status: 503, statusText: 'Busy' });
    second?.flush('no', { status: 404, statusText: 'No' });
    clock.advance(1000);
    open()[0]?.flush('busy', { status: 503, statusText: 'Busy' });
    expect(seen).toMatchObject({ values: [stand], errors: [], completed: true });
    expect(refused.errors).toEqual([expect.any(HttpErrorResponse)]);
  });

  it('and call share their earlier answers, each in its own form', () => {
    const { caller, open, see } = callWorld();
    const call = { service: 'orders', retries: 0, stale: { maxAge: 1000, scope: 'public' } };
    see(caller.respond(call));
    open()[0]?.flush('kept', { headers: { ETag: '"1"' } });
    const [body, whole] = [see(caller.call(call)), see(caller.respond<string>(call))];
    for (const sent of open()) sent.flush('ill', { status: 500, statusText: 'Ill' });
    expect(body.values).toEqual(['kept']);
    expect(whole.values).toEqual([expect.any(HttpResponse)]);
    expect(whole.values[0]?.headers.get('ETag')).toBe('"1"');
  });

  it('makes requests as it is told, and asks for headers by instance in each attempt', () => {
    const { caller, clock, open, see } = callWorld();
    const seen = see(
      caller.respond<string>({
        service: 'orders',
        retries: 1,
        headers: { 'X-A': '1' },
        headersFor: ({ url }) => ({ 'X-Url': url }),
        http: { responseType: 'text', withCredentials: true },
      }),
    );
    const [first] = open();
    first?.flush('busy', { status: 503, statusText: 'Busy' });
    clock.advance(1000);
    const [second] = open();
    for (const sent of [first, second]) {
      expect(sent?.request).toMatchObject({ responseType: 'text', withCredentials: true });
      expect(sent?.request.headers.get('X-A')).toBe('1');
      expect(sent?.request.url).toBe(sent?.request.headers.get('X-Url'));
    }
    expect(second?.request.url).not.toBe(first?.request.url);
    second?.flush('{"text":1}');
    expect(seen.values[0]?.body).toBe('{"text":1}');
  });
});
