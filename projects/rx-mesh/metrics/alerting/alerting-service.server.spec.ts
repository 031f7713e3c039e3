import { TestBed } from '@angular/core/testing';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { AlertingService } from './alerting-service';
import { withAlerting } from './with-alerting';

describe(AlertingService.name, () => {
  it('is silent on the server', () => {
    let looks = 0;
    TestBed.configureTestingModule({
      providers: [
        provideRxMeshTesting(),
        ...withAlerting({ rules: [{ name: 'A', condition: () => ++looks }] }).ɵproviders,
      ],
    });
    const alerting = TestBed.inject(AlertingService);
    const clock = TestBed.inject(ManualClock);
    let ends = 0;
    const end = { complete: () => ends++ };
    alerting.alerts$.subscribe(end);
    alerting.events$.subscribe(end);
    alerting.notifications$.subscribe(end);
    clock.advance(60_000);

    expect([ends, looks, clock.pending]).toEqual([3, 0, 0]);
    expect(alerting.alerts()).toEqual([]);
  });
});
