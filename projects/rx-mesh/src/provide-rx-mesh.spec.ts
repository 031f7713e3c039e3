import { TestBed } from '@angular/core/testing';
import { COMMUNICATION, withCommunication } from 'rx-mesh/communication';
import { CIRCUIT_BREAKER, withResilience } from 'rx-mesh/resilience';
import { provideRxMesh } from './provide-rx-mesh';

describe(provideRxMesh.name, () => {
  it('provides what its features say', () => {
    TestBed.configureTestingModule({
      providers: [
        provideRxMesh(
          withCommunication({ timeout: 1234 }),
          withResilience({ breaker: { consecutiveFailures: 3 } }),
        ),
      ],
    });
    expect(TestBed.inject(COMMUNICATION.token).timeout).toBe(1234);
    expect(TestBed.inject(CIRCUIT_BREAKER.token).consecutiveFailures).toBe(3);
  });

  it('leaves everything at its default without features', () => {
    TestBed.configureTestingModule({ providers: [provideRxMesh()] });
    expect(TestBed.inject(COMMUNICATION.token)).toEqual(COMMUNICATION.defaults);
  });

  it('refuses a feature that is given twice', () => {
    expect(() =>
      provideRxMesh(withCommunication({ timeout: 1 }), withCommunication({ deadline: 2 })),
    ).toThrow(
      'The second feature of its kind in provideRxMesh is "communication", but must be left out: put the options of both into one.',
    );
  });
});
