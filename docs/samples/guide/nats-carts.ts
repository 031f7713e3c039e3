import { Injectable } from '@angular/core';
import { provideRxMesh, withMessaging } from 'rx-mesh';
import { natsKv, withNats, withNatsTransport } from 'rx-mesh/nats';
import { type Observable, switchMap } from 'rxjs';

export const natsProviders = provideRxMesh(
  // Behind the proxy of the page; what is in a page is no secret.
  withNats({ servers: ['wss://shop.example/nats'], user: 'page', password: 'not a secret' }),
  withMessaging({}, withNatsTransport({ prefix: 'shop' })),
);

@Injectable({ providedIn: 'root' })
export class SharedCarts {
  private readonly carts = natsKv({ bucket: 'carts', create: false });

  /** Emits the new revision; fails with a `NatsConflictError` when somebody else was faster. */
  put(user: string, items: readonly string[]): Observable<number> {
    return this.carts
      .get(user)
      .pipe(switchMap((cart) => this.carts.update(user, items, cart?.revision ?? 0)));
  }
}
