import { RxMeshError, createErrorGuard } from 'rx-mesh/kernel';

/** What went wrong, as RFC 9457 has it. */
export interface Problem {
  /** Names the kind of problem: a URI. */
  readonly type: string;
  /** The kind of problem in words. */
  readonly title: string;
  /** The status of HTTP. */
  readonly status: number;
  /** What went wrong this time. */
  readonly detail: string;
  /** Names this request. */
  readonly instance?: string | undefined;
  /** Which methods there are (405). */
  readonly allow?: readonly string[] | undefined;
}

/** The status with which a gateway refuses or gives up a request. */
export type GatewayStatus = 400 | 401 | 403 | 404 | 405 | 413 | 429 | 502 | 503 | 504;

/** A request was refused by the gateway, or could not be answered. One type for all; `problem` says which. */
export class GatewayError extends RxMeshError {
  readonly code = 'RXM600';

  constructor(
    /** What went wrong. */
    readonly problem: Problem & { readonly status: GatewayStatus },
    /** After what time it is worth trying again, in milliseconds. */
    readonly retryAfter?: number,
    cause?: unknown,
  ) {
    super(`${problem.title}: ${problem.detail}`, { cause });
  }

  /** The status of HTTP. */
  get status(): GatewayStatus {
    return this.problem.status;
  }
}

/** Whether an error says that a gateway has refused or given up a request. */
export const isGatewayError: (error: unknown) => error is GatewayError =
  /* @__PURE__ */ createErrorGuard<GatewayError>('RXM600');

/** A table of routes cannot be used; the one before stays in force. */
export class RouteTableError extends RxMeshError {
  readonly code = 'RXM601';

  constructor(
    /** All that is wrong: where, such as `routes[3].path`, and what. */
    readonly problems: readonly { readonly at: string; readonly detail: string }[],
  ) {
    super(
      `The routes cannot be used: ${problems.map(({ at, detail }) => `${at}: ${detail}`).join('; ')}.`,
    );
  }
}

/** Whether an error says that a table of routes cannot be used. */
export const isRouteTableError: (error: unknown) => error is RouteTableError =
  /* @__PURE__ */ createErrorGuard<RouteTableError>('RXM601');
