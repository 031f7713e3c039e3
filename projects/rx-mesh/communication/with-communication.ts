import { type RxMeshFeature, createOptions, waitable, ɵmakeFeature } from 'rx-mesh/kernel';

/** Options of {@link withCommunication}. */
export interface CommunicationOptions {
  /** The most time of one attempt, in milliseconds, above 0. @default 5000 */
  readonly timeout?: number | undefined;
  /** The most time of a whole call, in milliseconds, above 0: discovery, waits and every attempt. @default 30000 */
  readonly deadline?: number | undefined;
  /** Where an instance tells of its health, below its address: a path with a slash in front. @default '/health' */
  readonly healthPath?: string | undefined;
  /** The rest between two rounds of health checks, in milliseconds, above 0. @default 30000 */
  readonly healthPeriod?: number | undefined;
  /** The most time of one check, in milliseconds, above 0. One that takes more than half of it is degraded. @default 3000 */
  readonly healthTimeout?: number | undefined;
}

/** The options of calls with a value for each. */
export type CommunicationValues = {
  readonly [K in keyof CommunicationOptions]-?: NonNullable<CommunicationOptions[K]>;
};

/** The defaults of calls, and the token by which an application changes them. */
export const COMMUNICATION = /* @__PURE__ */ createOptions<CommunicationValues>(
  'CommunicationOptions',
  {
    timeout: 5000,
    deadline: 30_000,
    healthPath: '/health',
    healthPeriod: 30_000,
    healthTimeout: 3000,
  },
  {
    timeout: waitable,
    deadline: waitable,
    healthPath: (path) => (/^\/[^/\\?#]/.test(path) ? undefined : 'a path with one slash in front'),
    healthPeriod: waitable,
    healthTimeout: waitable,
  },
);

/**
 * Sets how long calls of services may take, and how their health is asked for.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(withCommunication({ timeout: 2000, deadline: 10_000 }));
 * ```
 */
export function withCommunication(options: CommunicationOptions): RxMeshFeature<'communication'> {
  return ɵmakeFeature('communication', [COMMUNICATION.provide(options)]);
}
