import { fieldOf, numberOf, objectOf, textOr } from '../registry/json-reader';
import { RegistryRequestError } from '../registry/registry-errors';

/** How errors and diagnostics call this registry. */
export const KUBERNETES_NAME = 'kubernetes';

/** What Kubernetes answers when it says no: a `Status`. */
export interface KubernetesStatus {
  /** The HTTP status that it stands for; 0 when it does not say. */
  readonly code: number;
  /** A word for programs, such as `Expired`. */
  readonly reason: string;
  /** A sentence for people. */
  readonly message: string;
  /** How long it asks to be left alone, in milliseconds; 0 when it does not. */
  readonly retryAfter: number;
}

/** Reads a `Status`; what is none has no code and no message. */
export function statusOf(value: unknown): KubernetesStatus {
  const details = fieldOf(value, 'details');
  return {
    code: numberOf(fieldOf(value, 'code')) ?? 0,
    reason: textOr(fieldOf(value, 'reason')),
    message: textOr(fieldOf(value, 'message')),
    retryAfter: Math.max(0, numberOf(fieldOf(details, 'retryAfterSeconds')) ?? 0) * 1000,
  };
}

/** The `Status` in the text of an answer; of a proxy that answers in its own words, only the text. */
export function statusOfText(text: string): KubernetesStatus {
  try {
    const value: unknown = JSON.parse(text);
    if (objectOf(value)) return statusOf(value);
  } catch {
    // A proxy answers HTML or plain text.
  }
  return statusOf({ message: text });
}

/**
 * The error of an answer that says no.
 *
 * @param retryAfter How long the head of the answer asks to be left alone, in milliseconds.
 */
export function refusal(
  url: string,
  status: KubernetesStatus,
  namespace: string,
  retryAfter = 0,
): RegistryRequestError {
  const { code, message, reason } = status;
  const remedy = remedyOf(code, namespace);
  const wait = Math.max(retryAfter, status.retryAfter);
  return new RegistryRequestError(KUBERNETES_NAME, url, {
    status: code,
    text: message === '' ? reason : message,
    ...(wait > 0 && { retryAfter: wait }),
    ...(remedy !== undefined && { remedy }),
  });
}

/** A `Retry-After` in milliseconds: seconds, or a date. 0 for anything else. */
export function retryAfterOf(value: string | null, wall: number): number {
  if (value === null) return 0;
  const seconds = numberOf(value);
  if (seconds !== undefined) return Math.max(0, seconds * 1000);
  const at = Date.parse(value);
  return Number.isNaN(at) ? 0 : Math.max(0, at - wall);
}

function remedyOf(code: number, namespace: string): string | undefined {
  switch (code) {
    case 401:
      return 'give a valid token, by a function if it is renewed, or let your gateway add it';
    case 403:
      return `let the service account get, list and watch endpointslices of the API group discovery.k8s.io in the namespace ${namespace} (RBAC: a Role and a RoleBinding)`;
    case 404:
      return 'check url: it has to lead to an API server of Kubernetes 1.21 or later';
    default:
      return undefined;
  }
}
