import { TestBed } from '@angular/core/testing';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { NEVER, of, throwError } from 'rxjs';
import { see, settled, until } from '../cookbook/spec-support/see';
import { OrderMails, messagingProviders } from './order-mails';

describe(OrderMails.name, () => {
  it('tries three times, gives up, and sends it when it is replayed', async () => {
    TestBed.configureTestingModule({ providers: [messagingProviders, provideRxMeshTesting()] });
    const mails = TestBed.inject(OrderMails);
    const clock = TestBed.inject(ManualClock);
    const sent: string[] = [];
    let isDown = true;
    const working = see(
      mails.send(({ order }) => {
        if (isDown) return throwError(() => new Error('no mail server'));
        sent.push(order);
        return of(null);
      }),
    );
    see(mails.tell({ order: 'order-1' }, 'anna'));
    await settled();
    for (let step = 0; step < 10; step++) {
      clock.advance(10_000);
      await settled();
    }
    await until(() => mails.givenUp().length > 0);
    expect(mails.givenUp()).toMatchObject([{ attempts: 3 }]);

    isDown = false;
    const [letter] = mails.givenUp();
    expect(mails.again(letter?.id ?? '')).toBe(true);
    await settled();
    expect(sent).toEqual(['order-1']);
    working.leave();
  });

  it('handles the mails of one customer one after the other', async () => {
    TestBed.configureTestingModule({ providers: [messagingProviders, provideRxMeshTesting()] });
    const mails = TestBed.inject(OrderMails);
    const begun: string[] = [];
    const working = see(
      mails.send(({ order }) => {
        begun.push(order);
        return NEVER;
      }),
    );
    for (const [order, customer] of [
      ['a-1', 'anna'],
      ['a-2', 'anna'],
      ['b-1', 'ben'],
    ] as const) {
      see(mails.tell({ order }, customer));
    }
    await settled();
    expect(begun).toEqual(['a-1', 'b-1']);
    working.leave();
    await settled();
    expect(TestBed.inject(ManualClock).pending).toBe(0);
  });
});
