import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { MicroservicesCommunicationService, provideRxMesh, withStaticServices } from 'rx-mesh';
import { ManualClock, RecordingDiagnostics, provideRxMeshTesting } from 'rx-mesh/testing';

it('asks the other instance when the first does not answer in time', () => {
  TestBed.configureTestingModule({
    providers: [
      provideHttpClient(),
      provideHttpClientTesting(),
      provideRxMesh(withStaticServices([{ name: 'orders', instances: ['/a', '/b'] }])),
      provideRxMeshTesting({ seed: 7 }),
    ],
  });
  const clock = TestBed.inject(ManualClock);
  const http = TestBed.inject(HttpTestingController);
  const answers: unknown[] = [];
  TestBed.inject(MicroservicesCommunicationService)
    .callService({ service: 'orders', path: '/orders/7', timeout: 800 })
    .subscribe((answer) => answers.push(answer));

  const first = http.expectOne({ method: 'GET' });
  clock.advance(800); // the attempt is over
  expect(first.cancelled).toBe(true);
  clock.advance(200); // the longest pause before the second one
  const second = http.expectOne({ method: 'GET' });
  expect(second.request.url).not.toBe(first.request.url);
  second.flush({ id: 7 });

  expect(answers).toEqual([{ id: 7 }]);
  expect(clock.pending).toBe(0); // nothing ticks on
  expect(TestBed.inject(RecordingDiagnostics).codes).toEqual([]);
});
