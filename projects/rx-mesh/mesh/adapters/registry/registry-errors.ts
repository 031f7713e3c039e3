import { RxMeshError, createErrorGuard } from 'rx-mesh/kernel';

/** Why a request to a registry failed. */
export type RegistryFailure =
  /** No answer came in this time, in milliseconds. */
  | { readonly timeout: number }
  /** No answer came at all, or it broke off. */
  | { readonly cause: unknown }
  /** An answer came that says no: its status, and its text in short. */
  | {
      readonly status: number;
      readonly text?: string;
      /** How long it asks to be left alone, in milliseconds. */
      readonly retryAfter?: number | undefined;
      /** What its reader should do. */
      readonly remedy?: string;
    }
  /** An answer came that is not what its registry answers. */
  | { readonly malformed: string };

/** A registry gave no answer, refused, or answered something that is no answer of it. */
export class RegistryRequestError extends RxMeshError {
  readonly code = 'RXM306';

  constructor(
    /** Which registry: the name of its source, such as `consul`. */
    readonly registry: string,
    /** What was asked for. */
    readonly url: string,
    /** What happened. */
    readonly failure: RegistryFailure,
  ) {
    super(`${registry} ${tell(failure)} (${withoutQuery(url)}).`, {
      cause: 'cause' in failure ? failure.cause : undefined,
    });
  }

  /** The status of the answer; `undefined` when there was none, or none that can be read. */
  get status(): number | undefined {
    return 'status' in this.failure ? this.failure.status : undefined;
  }
}

/** Whether an error says that a registry could not be asked. */
export const isRegistryRequestError: (error: unknown) => error is RegistryRequestError =
  /* @__PURE__ */ createErrorGuard<RegistryRequestError>('RXM306');

const LONGEST_TEXT = 200;

function tell(failure: RegistryFailure): string {
  if ('timeout' in failure) return `gave no answer within ${failure.timeout} ms`;
  if ('malformed' in failure) return `answered what cannot be read: ${failure.malformed}`;
  if (!('status' in failure)) {
    return 'could not be reached, or its answer must not be read: check the address, and CORS on its side';
  }
  const { status, text = '', remedy } = failure;
  const said = text.trim().slice(0, LONGEST_TEXT);
  return `answered ${status}${said === '' ? '' : ` ${JSON.stringify(said)}`}${remedy ? `: ${remedy}` : ''}`;
}

function withoutQuery(url: string): string {
  return url.replace(/[?#].*/s, '');
}
