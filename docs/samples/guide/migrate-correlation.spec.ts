import { HttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { provideRxMeshTesting } from 'rx-mesh/testing';
import { see } from '../cookbook/spec-support/see';
import { correlatedProviders } from './migrate-correlation';

describe('What was a correlation id interceptor', () => {
  it('names each request, for its own origin and the allowed one, and for nobody else', () => {
    TestBed.configureTestingModule({
      providers: [correlatedProviders, provideHttpClientTesting(), provideRxMeshTesting()],
    });
    const http = TestBed.inject(HttpClient);
    const backend = TestBed.inject(HttpTestingController);
    const headersTo = (url: string) => {
      see(http.get(url));
      const request = backend.expectOne(url);
      request.flush({});
      const { headers } = request.request;
      return [headers.get('traceparent')?.split('-')[1], headers.get('X-Trace-ID')];
    };
    const [id, same] = headersTo('/api/orders');
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(same).toBe(id);
    expect(headersTo('https://api.shop.example/a')[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(headersTo('https://cdn.example/a')).toEqual([undefined, null]);
  });
});
