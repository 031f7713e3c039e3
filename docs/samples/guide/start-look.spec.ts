import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { provideRxMeshTesting } from 'rx-mesh/testing';
import { see } from '../cookbook/spec-support/see';
import { appConfig } from './start-config';
import { Look } from './start-look';
import { Orders } from './start-order';

describe(Look.name, () => {
  it('shows the breaker of each service, and the last spans', () => {
    TestBed.configureTestingModule({
      providers: [...appConfig.providers, provideHttpClientTesting(), provideRxMeshTesting()],
    });
    const fixture = TestBed.createComponent(Look);
    see(TestBed.inject(Orders).find(7));
    TestBed.inject(HttpTestingController).expectOne({ method: 'GET' }).flush({});
    fixture.detectChanges();
    const lines = [...(fixture.nativeElement as HTMLElement).querySelectorAll('p')];
    expect(lines.map(({ textContent }) => textContent)).toEqual([
      'orders: closed',
      'GET /orders/:id: ok, 0 ms',
      'orders GET /orders/:id: ok, 0 ms',
    ]);
  });
});
