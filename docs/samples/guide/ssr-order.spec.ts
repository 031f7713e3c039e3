import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TransferState } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRxMeshTesting } from 'rx-mesh/testing';
import { see } from '../cookbook/spec-support/see';
import { RenderedOrders } from './ssr-order';
import { appConfig } from './start-config';

const globals = globalThis as { ngServerMode?: boolean | undefined };

describe(RenderedOrders.name, () => {
  afterEach(() => (globals.ngServerMode = undefined));

  it('asks once for a page that is rendered and then hydrated', () => {
    const state = new TransferState();
    const page = (isRendered: boolean) => {
      globals.ngServerMode = isRendered;
      TestBed.resetTestingModule().configureTestingModule({
        providers: [
          ...appConfig.providers,
          provideHttpClientTesting(),
          provideRxMeshTesting(),
          { provide: TransferState, useValue: state },
        ],
      });
      return {
        http: TestBed.inject(HttpTestingController),
        seen: see(TestBed.inject(RenderedOrders).find('7')),
      };
    };
    const server = page(true);
    server.http.expectOne({ method: 'GET' }).flush({ id: '7' });
    expect(server.seen.values).toEqual([{ id: '7' }]);

    const browser = page(false);
    browser.http.verify();
    expect(browser.seen.values).toEqual([{ id: '7' }]);

    see(TestBed.inject(RenderedOrders).find('7'));
    browser.http.expectOne({ method: 'GET' }).flush({ id: '7' });
    expect(state.isEmpty).toBe(true);
  });
});
