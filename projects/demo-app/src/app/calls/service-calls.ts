import { type ServiceCall } from 'rx-mesh/communication';
import { of } from 'rxjs';
import { type Operation } from '../backends/catalog';

/** The call of an operation of the catalog. With a fallback, a stand-in answers when every attempt has failed. */
export function toServiceCall(
  service: string,
  { keyed, method, path, payload, route }: Operation,
  { fallback = false }: { readonly fallback?: boolean } = {},
): ServiceCall {
  return {
    service,
    method,
    path,
    route,
    payload,
    idempotencyKey: keyed === true ? true : undefined,
    fallback: fallback ? () => of({ standIn: true }) : undefined,
  };
}
