import { RxMeshError, createErrorGuard } from 'rx-mesh/kernel';

/** What went wrong with a request. */
export interface PrometheusFailure {
  /** The status of the answer; absent when there was none, or none that may be read. */
  readonly status?: number | undefined;
  /**
   * The kind: what Prometheus calls it, such as `bad_data` (400, the query is wrong), `execution` (422) or `timeout` (503);
   * or `malformed` (what answered is not Prometheus), `network` (no answer that may be read), `timeout` without a status (no
   * answer in time).
   */
  readonly errorType: string;
  /** What is known about it. */
  readonly reason: string;
  /** What was caught, if anything was. */
  readonly cause?: unknown;
}

/** A query was refused, found no answer, or one that is no answer of Prometheus. */
export class PrometheusQueryError extends RxMeshError {
  readonly code = 'RXM861';
  /** The status of the answer; `undefined` when there was none, or none that may be read. */
  readonly status: number | undefined;
  /** The kind, such as `bad_data`, `execution`, `timeout`, `malformed` or `network`. */
  readonly errorType: string;

  constructor({ status, errorType, reason, cause }: PrometheusFailure) {
    super(`The query of Prometheus failed (${told(errorType, status)}): ${reason}`, { cause });
    this.status = status;
    this.errorType = errorType;
  }
}

/** Whether an error says that a query of Prometheus failed. */
export const isPrometheusQueryError: (error: unknown) => error is PrometheusQueryError =
  /* @__PURE__ */ createErrorGuard<PrometheusQueryError>('RXM861');

/** A push was refused, or nobody knows what became of it. */
export class PrometheusPushError extends RxMeshError {
  readonly code = 'RXM862';
  /** The status of the answer; `undefined` when there was none, or none that may be read. */
  readonly status: number | undefined;
  /**
   * `refused`: nothing was stored. `unknown`: it may have been stored, for a browser does not let an answer without CORS
   * headers be read.
   */
  readonly outcome: 'refused' | 'unknown';

  constructor({ status, errorType, reason, cause }: PrometheusFailure) {
    super(`The push failed (${told(errorType, status)}): ${reason}`, { cause });
    this.status = status;
    this.outcome = status === undefined ? 'unknown' : 'refused';
  }
}

/** Whether an error says that a push to Prometheus failed, or may have failed. */
export const isPrometheusPushError: (error: unknown) => error is PrometheusPushError =
  /* @__PURE__ */ createErrorGuard<PrometheusPushError>('RXM862');

function told(errorType: string, status: number | undefined): string {
  return status === undefined ? errorType : `${errorType}, status ${status}`;
}

const LONGEST = 200;

/** The words of a server in short. */
export function inShort(text: string): string {
  const trimmed = text.trim();
  return trimmed.length > LONGEST ? `${trimmed.slice(0, LONGEST)}…` : trimmed;
}
