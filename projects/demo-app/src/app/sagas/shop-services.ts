import { Injectable, inject } from '@angular/core';
import { type SagaContext } from 'rx-mesh/event-sourcing';
import { CLOCK } from 'rx-mesh/kernel';
import { type Observable, defer, map, of, timer } from 'rxjs';
import { ServiceLedger } from './service-ledger';

/** How a service fails: `declined` for good, `twice` before it is well. */
export type ServiceFault = 'declined' | 'twice';

/** How a service answers. */
export interface ServiceMood {
  /** How long it takes, in milliseconds. */
  readonly wait: number;
  readonly fault: ServiceFault | undefined;
}

/** What a service answers. */
export interface ServiceReceipt {
  readonly receipt: string;
}

/** A service said no. It has a status, as an answer over HTTP has. */
export class ServiceRefusal extends Error {
  override readonly name = 'ServiceRefusal';

  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

type Caller = Pick<SagaContext, 'idempotencyKey' | 'attempt' | 'sagaId'>;

/** The services that a saga calls: mocks that take their time, fail when they are told to, and do nothing twice under one key. */
@Injectable({ providedIn: 'root' })
export class ShopServices {
  private readonly clock = inject(CLOCK);
  private readonly ledger = inject(ServiceLedger);

  /** Asks a service to do something. It is asked on subscribe. */
  ask(service: string, caller: Caller, { fault, wait }: ServiceMood): Observable<ServiceReceipt> {
    const { attempt, idempotencyKey: key, sagaId } = caller;
    const answer: ServiceReceipt = { receipt: `${service}-${sagaId}` };
    return defer(() => {
      if (this.ledger.ask(key, service)) return of(answer);
      return timer(wait, this.clock.scheduler).pipe(
        map(() => {
          if (fault === 'declined') throw new ServiceRefusal(`${service} has declined`, 409);
          if (fault === 'twice' && attempt <= 2)
            throw new ServiceRefusal(`${service} is busy`, 503);
          this.ledger.finish(key);
          return answer;
        }),
      );
    });
  }
}
