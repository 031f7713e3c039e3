import type { EjectionReason } from '../health/outlier-detector';
import type { ServiceInstance } from '../service-instance';
import type { LeaseOutcome } from './instance-lease';

/** What happens to calls and instances, as the load balancer sees it. */
export type BalancerEvent =
  | {
      /** A call that had a lease is over. */
      readonly type: 'call';
      /** Who called: a part of the application, or its name. */
      readonly from: string;
      /** The instance that was called. */
      readonly instance: ServiceInstance;
      /** How it ended. */
      readonly outcome: LeaseOutcome;
      /** How long it took, in milliseconds; `undefined` where the page slept meanwhile. */
      readonly took: number | undefined;
    }
  | {
      /** An instance gets no calls for a while, because its calls went badly. */
      readonly type: 'ejected';
      /** The instance. */
      readonly instance: ServiceInstance;
      /** Why. */
      readonly reason: EjectionReason;
    }
  | {
      /** An instance gets calls again. */
      readonly type: 'readmitted';
      /** The service. */
      readonly service: string;
      /** The instance. */
      readonly id: string;
    };
