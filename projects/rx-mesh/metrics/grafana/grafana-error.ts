import { RxMeshError, createErrorGuard } from 'rx-mesh/kernel';

/** Grafana was not reached, did not take what was sent, or nobody has said where it is. */
export class GrafanaError extends RxMeshError {
  readonly code = 'RXM872';

  constructor(
    message: string,
    /** The status of the answer; `undefined` when there was none. */
    readonly status?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Whether an error says that Grafana did not take something. */
export const isGrafanaError: (error: unknown) => error is GrafanaError =
  /* @__PURE__ */ createErrorGuard<GrafanaError>('RXM872');
