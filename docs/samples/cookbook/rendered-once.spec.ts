import { TransferState } from '@angular/core';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { Offers, shopProviders } from './rendered-once';
import { see } from './spec-support/see';

const platform = globalThis as { ngServerMode?: boolean };

/** A page, rendered by a server or run by a browser. Seeds differ, so that they draw different instances. */
function page(where: 'server' | 'browser', seed: number, html = '{}') {
  platform.ngServerMode = where === 'server';
  TestBed.resetTestingModule().configureTestingModule({
    providers: [shopProviders, provideHttpClientTesting(), provideRxMeshTesting({ seed })],
  });
  const state = TestBed.inject(TransferState);
  // What Angular reads from the script of the page.
  for (const [key, value] of Object.entries(JSON.parse(html) as Record<string, unknown>)) {
    state.set(key as never, value as never);
  }
  const backend = TestBed.inject(HttpTestingController);
  return {
    clock: TestBed.inject(ManualClock),
    html: () => state.toJson(),
    look: () => see(TestBed.runInInjectionContext(() => TestBed.inject(Offers).load())),
    requests: () => backend.match(() => true),
  };
}

describe('Recipe: server rendering without double requests', () => {
  afterEach(() => delete platform.ngServerMode);

  it('asks in the browser for nothing that the server has asked for, whatever instance answered', () => {
    const server = page('server', 1);
    server.look();
    server.requests()[0]?.flush(['tea']);

    const browser = page('browser', 2, server.html());
    const seen = browser.look();
    expect(seen).toMatchObject({ values: [['tea']], completed: true });
    expect(browser.requests().length).toBe(0);

    browser.look(); // a later look, after a navigation
    expect(browser.requests().length).toBe(1);
  });

  it('does not hold the page back for a service that hangs, and asks again in the browser', () => {
    const server = page('server', 1);
    const seen = server.look();
    server.clock.advance(800);
    expect(seen).toMatchObject({ values: [[]], completed: true });
    expect(server.clock.pending).toBe(0);

    const browser = page('browser', 2, server.html());
    const again = browser.look();
    browser.requests()[0]?.flush(['tea']);
    expect(again.values).toEqual([['tea']]);
  });
});
