import type { ServiceInstance } from './service-instance';

/** What one source says of an instance. */
export interface InstanceWord {
  /** The source: its name, or `ServiceRegistry.register` for what was registered by hand. */
  readonly source: string;
  /** The instance as this source has it. */
  readonly instance: ServiceInstance;
  /** Whether nobody knows that this still holds: the source broke off, or its lease ran out. */
  readonly stale: boolean;
}
