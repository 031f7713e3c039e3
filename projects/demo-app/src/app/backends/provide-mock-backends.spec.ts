import { ApplicationInitStatus, DOCUMENT } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { firstValueFrom, throwError } from 'rxjs';
import { FaultControls } from './fault-controls';
import { type MockBackend } from './mock-backends';
import {
  BACKEND_HOST,
  type BackendHost,
  MockBackendStatus,
  provideMockBackends,
} from './provide-mock-backends';

const start = (host: BackendHost, search = '') => {
  TestBed.configureTestingModule({
    providers: [
      provideMockBackends(),
      { provide: BACKEND_HOST, useValue: host },
      {
        provide: DOCUMENT,
        useValue: { location: { search }, baseURI: 'https://demo.example/rx-mesh/' },
      },
    ],
  });
  return {
    ready: TestBed.inject(ApplicationInitStatus).donePromise,
    state: TestBed.inject(MockBackendStatus).state,
    faults: TestBed.inject(FaultControls),
  };
};

describe(provideMockBackends.name, () => {
  it('keeps the application waiting until the back ends answer', async () => {
    const hosted: { backends: readonly MockBackend[]; workerUrl: string }[] = [];
    let answer: () => void = () => undefined;
    let asked: () => void = () => undefined;
    const isAsked = new Promise<void>((resolve) => (asked = resolve));
    const { ready, state } = start(async (backends, workerUrl) => {
      hosted.push({ backends, workerUrl });
      asked();
      return new Promise((resolve) => (answer = resolve));
    });
    await isAsked;
    expect(state()).toEqual({ phase: 'starting' });
    expect(hosted.map(({ workerUrl }) => workerUrl)).toEqual([
      'https://demo.example/rx-mesh/mockServiceWorker.js',
    ]);
    expect(hosted[0]?.backends).toHaveLength(16);
    answer();
    await ready;
    expect(state()).toEqual({ phase: 'running' });
  });

  it.each([
    [new Error('Service workers are forbidden'), 'Service workers are forbidden'],
    ['no', 'no'],
  ])('starts the application all the same when they cannot', async (reason, text) => {
    const { ready, state } = start(async () =>
      firstValueFrom(
        throwError(() => reason),
        { defaultValue: undefined },
      ),
    );
    await ready;
    expect(state()).toEqual({ phase: 'unavailable', reason: text });
  });

  it('starts chance from the seed of the page', () => {
    expect(start(async () => Promise.resolve(), '?seed=7').faults.seed()).toBe(7);
  });
});
