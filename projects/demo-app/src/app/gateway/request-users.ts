import { Injectable } from '@angular/core';
import { type MiddlewareFunction } from 'rx-mesh/gateway';
import { RecentMap } from '../backends/recent-map';

const MOST = 200;

/**
 * Whose the requests are, by their ids. A request that is answered on the way, such as by the cache, is told of as it came: without
 * its user.
 */
@Injectable()
export class RequestUsers {
  readonly #users = new RecentMap<string, string>(MOST);

  /** Takes note of the user, and sends the request on. It belongs behind what finds him out. */
  readonly middleware: MiddlewareFunction = (context, next) => {
    if (context.user) this.#users.set(context.requestId, context.user.id);
    return next(context);
  };

  /** Whose a request is; `undefined`: nobody's, or it is long ago. */
  of(requestId: string): string | undefined {
    return this.#users.get(requestId);
  }
}
