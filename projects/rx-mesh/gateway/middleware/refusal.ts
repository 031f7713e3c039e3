import { withoutStack } from 'rx-mesh/kernel';
import { GatewayError, type GatewayStatus } from '../gateway-errors';

const TITLES: Readonly<Record<GatewayStatus, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  413: 'Content Too Large',
  429: 'Too Many Requests',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** The error with which a request is refused. Without a stack: refusals come by the hundred. */
export function refusal(status: GatewayStatus, detail: string, retryAfter?: number): GatewayError {
  const problem = { type: 'about:blank', title: TITLES[status], status, detail };
  return withoutStack(() => new GatewayError(problem, retryAfter));
}
