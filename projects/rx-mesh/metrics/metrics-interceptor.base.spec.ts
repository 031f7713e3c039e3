import {
  HttpClient,
  HttpResponse,
  provideHttpClient,
  withInterceptors,
} from '@angular/common/http';
import { DOCUMENT } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { of } from 'rxjs';
import { metricsInterceptor } from './metrics-interceptor';
import { MetricsService } from './metrics-service';

const tagsOf = (url: string, href: string, baseURI: string) => {
  const useValue = { location: { href }, baseURI, body: document.body, head: document.head };
  TestBed.configureTestingModule({
    providers: [
      provideHttpClient(
        withInterceptors([metricsInterceptor, () => of(new HttpResponse({ status: 200 }))]),
      ),
      { provide: DOCUMENT, useValue },
    ],
  });
  TestBed.inject(HttpClient).get(url).subscribe();
  const tags = TestBed.inject(MetricsService).collect()[0]?.tags;
  return [tags?.['url.template'], tags?.['server.address']];
};

describe('metricsInterceptor, of a relative URL', () => {
  it('starts from the base of the page, so that no route of the page becomes a tag', () => {
    const base = 'https://shop.example/app/';

    expect(tagsOf('api/orders', `${base}anna/cart`, base)).toEqual([
      '/app/api/orders',
      'shop.example',
    ]);
  });

  it('tells of the server that the base of the page names', () => {
    expect(tagsOf('orders', 'https://shop.example/', 'https://cdn.example/')).toEqual([
      '/orders',
      'cdn.example',
    ]);
  });

  it('needs no base for an absolute URL', () => {
    expect(tagsOf('https://api.example/orders', '', '/')).toEqual(['/orders', 'api.example']);
  });
});
