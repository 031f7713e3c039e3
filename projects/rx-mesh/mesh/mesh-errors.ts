import { RxMeshError, createErrorGuard } from 'rx-mesh/kernel';

/** There is no instance of a service that a call could go to. */
export class NoInstanceError extends RxMeshError {
  readonly code = 'RXM301';

  constructor(
    /** The service that was asked for. */
    readonly service: string,
    /** The services of which instances are known. */
    readonly knownServices: readonly string[],
    /**
     * How long an instance was waited for, in milliseconds; the version, or the facts, that none of those there are has; or
     * the strategy that wanted none of them.
     */
    readonly reason:
      | { readonly waited: number }
      | { readonly version: string }
      | { readonly subset: Readonly<Record<string, string>>; readonly version?: string | undefined }
      | { readonly strategy: string },
  ) {
    super(
      'subset' in reason
        ? `No instance of ${quote(service)} has the facts ${JSON.stringify(reason.subset)}${reason.version === undefined ? '' : ` and version ${quote(reason.version)}`}. Ask for others, or check the metadata of the instances.`
        : 'version' in reason
          ? `No instance of ${quote(service)} has version ${quote(reason.version)}. Ask for another one, or for none.`
          : 'waited' in reason
            ? `No instance of ${quote(service)} has come within ${reason.waited} ms. Known services: ${list(knownServices)}. ` +
              'Check the name, or list the service with withStaticServices().'
            : `Strategy ${quote(reason.strategy)} picks no instance of ${quote(service)}, though there are some. Use another one.`,
    );
  }
}

/** Whether an error says that there is no instance of a service. */
export const isNoInstanceError: (error: unknown) => error is NoInstanceError =
  /* @__PURE__ */ createErrorGuard<NoInstanceError>('RXM301');

/** A balancing strategy was asked for by a name that no strategy has. */
export class UnknownStrategyError extends RxMeshError {
  readonly code = 'RXM302';

  constructor(
    /** The name that was asked for. */
    readonly strategy: string,
    /** The names that there are. */
    readonly knownStrategies: readonly string[],
  ) {
    super(
      `There is no balancing strategy ${quote(strategy)}. Known strategies: ${list(knownStrategies)}. ` +
        'Use one of them, or provide yours as BALANCING_STRATEGIES.',
    );
  }
}

/** Whether an error says that there is no such balancing strategy. */
export const isUnknownStrategyError: (error: unknown) => error is UnknownStrategyError =
  /* @__PURE__ */ createErrorGuard<UnknownStrategyError>('RXM302');

/** The application has registered as many instances as the registry holds for it. */
export class RegistryFullError extends RxMeshError {
  readonly code = 'RXM303';

  constructor(
    /** How many instances it may register: `maxInstances` of `withServiceMesh`. */
    readonly limit: number,
  ) {
    super(
      `${limit} instances are registered, and no more are held. Deregister some, or raise maxInstances of withServiceMesh().`,
    );
  }
}

/** Whether an error says that no more instances are held. */
export const isRegistryFullError: (error: unknown) => error is RegistryFullError =
  /* @__PURE__ */ createErrorGuard<RegistryFullError>('RXM303');

const LISTED = 10;

// Names may come from a registry, so they are quoted, and there may be thousands.
function list(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  const more = names.length - LISTED;
  return names.slice(0, LISTED).map(quote).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function quote(name: string): string {
  return JSON.stringify(name);
}
