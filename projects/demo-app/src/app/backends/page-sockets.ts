import {
  DOCUMENT,
  type EnvironmentProviders,
  Injectable,
  inject,
  makeEnvironmentProviders,
} from '@angular/core';
import { SOCKET_FACTORY, type SocketFactory } from 'rx-mesh/messaging';

/** How sockets of this page are opened: by the browser, until a mock takes its place. */
@Injectable({ providedIn: 'root' })
export class PageSockets {
  private readonly view = inject(DOCUMENT).defaultView;

  /** Opens one. A mock is put in here by those who bring it: it is in no file that the first page needs. */
  open: SocketFactory = (url, protocols) => {
    if (!this.view) throw new TypeError('There is no browser, so there are no sockets.');
    return new this.view.WebSocket(url, [...protocols]);
  };
}

/** Lets {@link PageSockets} open all sockets of the application. */
export function providePageSockets(): EnvironmentProviders {
  return makeEnvironmentProviders([
    {
      provide: SOCKET_FACTORY,
      useFactory: (): SocketFactory => {
        const sockets = inject(PageSockets);
        return (url, protocols) => sockets.open(url, protocols);
      },
    },
  ]);
}
