import { DOCUMENT, Injectable, inject } from '@angular/core';
import { ID_GENERATOR } from 'rx-mesh/kernel';
import { GATEWAY } from '../gateway-options';
import { type RequestIds, requestIds } from '../middleware/request-id-middleware';

/** Names the requests of the gateway. */
@Injectable({ providedIn: 'root' })
export class GatewayIds {
  /** Names and tells. */
  readonly use: RequestIds = requestIds(
    {
      ownOrigin: (inject(DOCUMENT) as { readonly location: Location | null }).location?.origin,
      ...inject(GATEWAY.token).requestId,
    },
    inject(ID_GENERATOR),
  );
}
