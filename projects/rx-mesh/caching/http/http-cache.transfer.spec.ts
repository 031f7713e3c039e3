import {
  HttpClient,
  HttpHeaders,
  provideHttpClient,
  withInterceptors,
  ɵwithHttpTransferCache as withHttpTransferCache,
} from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TransferState } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRxMeshTesting } from 'rx-mesh/testing';
import { PageCache } from '../page-cache';
import { cacheInterceptor } from './cache-interceptor';
import { cached } from './http-cache-options';

const globals = globalThis as { ngServerMode?: boolean | undefined };

/** A rendering of the page: on the server, or in the browser with what the server has left there. */
function setUp(isServer: boolean, state: TransferState, includeHeaders?: string[]) {
  globals.ngServerMode = isServer;
  TestBed.resetTestingModule().configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      provideHttpClient(withInterceptors([cacheInterceptor])),
      provideHttpClientTesting(),
      withHttpTransferCache({ ...(includeHeaders && { includeHeaders }) }),
      { provide: TransferState, useValue: state },
    ],
  });
  const http = TestBed.inject(HttpClient);
  const server = TestBed.inject(HttpTestingController);
  const ask = (body: unknown, options: Parameters<HttpClient['get']>[1] = {}) => {
    const values: unknown[] = [];
    http.get('/a', options).subscribe({ next: (value) => values.push(value) });
    const asked = server.match(() => true);
    const headers = new HttpHeaders({ 'Cache-Control': 'max-age=60' });
    asked.forEach((request) => request.flush(body as object, { headers }));
    return { values, asked: asked.length };
  };
  return { ask, local: TestBed.inject(PageCache).local };
}

describe('cacheInterceptor and what a server has rendered', () => {
  let warn: jest.SpyInstance;
  beforeEach(
    () =>
      (warn = jest
        .spyOn<Console, 'warn'>(Reflect.get(globalThis, 'console'), 'warn')
        .mockReturnValue()),
  );
  afterEach(() => {
    globals.ngServerMode = undefined;
    warn.mockRestore();
  });

  it('leaves to the browser what the server was given, and reads no header that is not there', () => {
    const state = new TransferState();
    const rendered = setUp(true, state);
    expect(rendered.ask({ n: 1 })).toEqual({ values: [{ n: 1 }], asked: 1 });
    expect(rendered.ask({ n: 2 })).toEqual({ values: [{ n: 1 }], asked: 0 });
    expect(state.isEmpty).toBe(false);
    const page = setUp(false, state);
    expect(page.ask({ n: 3 })).toEqual({ values: [{ n: 1 }], asked: 0 });
    // It does not say how long it may be kept.
    expect(page.local.size).toBe(0);
    expect(warn).not.toHaveBeenCalled();
  });

  it('keeps it where the transfer has its Cache-Control, or a request says so', () => {
    const state = new TransferState();
    setUp(true, state, ['cache-control']).ask(1);
    const page = setUp(false, state, ['cache-control']);
    expect(page.ask(2)).toEqual({ values: [1], asked: 0 });
    expect(page.local.size).toBe(1);
    const plain = new TransferState();
    setUp(true, plain).ask(1);
    const other = setUp(false, plain);
    expect(other.ask(2, { context: cached({ ttl: 60_000 }) }).values).toEqual([1]);
    expect(other.local.size).toBe(1);
    expect(warn).not.toHaveBeenCalled();
  });
});
