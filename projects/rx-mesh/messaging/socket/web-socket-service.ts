import { Injectable, inject } from '@angular/core';
import { type PartialOptions, isServer } from 'rx-mesh/kernel';
import { makeSocket } from './open-socket';
import { type SocketConnection, connectionOf, noConnection } from './socket-connection';
import { SocketUnavailableError } from './socket-errors';
import { SOCKET, type SocketOptions, type SocketValues } from './socket-options';
import { type SocketTarget, shownUrl } from './socket-url';
import { SOCKET_WORLD } from './socket-world';

type Place = SocketTarget | { readonly label: string; readonly error: Error | undefined };

interface Known {
  readonly values: SocketValues;
  readonly connection: WeakRef<object>;
}

/**
 * Connections to servers by WebSocket that come back by themselves, one socket for all who ask for the same.
 *
 * A lost connection is opened again after a random wait that grows with each failure; without a network nothing is tried, and
 * a page in the back/forward cache holds none. What is sent meanwhile waits in an outbox with bounds.
 *
 * @usageNotes
 * ```ts
 * const sockets = inject(WebSocketService);
 * const prices = sockets.connect('/prices', {
 *   validate: (message): message is Price => isPrice(message),
 *   resume: (last) => ({ op: 'from', position: last?.position ?? 0 }),
 *   heartbeat: { ping: () => ({ op: 'ping' }) },
 * });
 * prices.subscribe((price) => draw(price));
 * ```
 */
@Injectable({ providedIn: 'root' })
export class WebSocketService {
  private readonly world = inject(SOCKET_WORLD);
  // Weak, for each page of an application may have URLs of its own: whoever uses a connection holds it.
  private readonly known = new Map<string, readonly Known[]>();
  // As long as a socket runs, so does its connection, though nobody has a hold of that.
  private readonly held = new WeakMap<object, object>();
  private sweepAt = 64;

  /**
   * The connection to a server. It is opened when somebody subscribes to it, or to a `send`.
   *
   * Those who say the same URL and the same options get the same connection. Options are the same if each value is; so keep
   * functions in a constant, or a component that asks twice has two sockets.
   *
   * @param url A path of the page's own origin, or a URL of `ws:`, `wss:`, `http:` or `https:`, of the own origin or of one of
   *   `allowedOrigins`; another one is an error of the stream.
   * @throws InvalidOptionError when an option is out of its range.
   */
  connect<T = unknown>(url: string | URL, options: SocketOptions<T> = {}): SocketConnection<T> {
    const values = SOCKET.resolve(options as PartialOptions<SocketValues>);
    const place = this.find(String(url));
    const key = 'error' in place ? String(url) : place.url;
    const alive = this.alive(key);
    for (const known of alive) {
      const connection = isSame(known.values, values) ? known.connection.deref() : undefined;
      if (connection) return connection as SocketConnection<T>;
    }
    const connection = this.make<T>(place, values);
    this.sweep();
    this.known.set(key, [...alive, { values, connection: new WeakRef<object>(connection) }]);
    return connection;
  }

  private find(url: string): Place {
    const { open, target } = this.world;
    // A page that is rendered needs no news.
    if (!open && isServer()) return { label: shownUrl(url), error: undefined };
    try {
      const found = target(url);
      return open ? found : { ...found, error: new SocketUnavailableError(found.label) };
    } catch (error) {
      return { label: shownUrl(url), error: error as Error };
    }
  }

  private make<T>(place: Place, values: SocketValues): SocketConnection<T> {
    const { open, ports } = this.world;
    if ('error' in place || !open)
      return noConnection(place.label, 'error' in place ? place.error : undefined);
    const socket = makeSocket<T>(ports, open, place, values);
    const connection = connectionOf(place.label, socket);
    this.held.set(socket, connection);
    return connection;
  }

  private alive(key: string): readonly Known[] {
    return (this.known.get(key) ?? []).filter(({ connection }) => connection.deref());
  }

  private sweep(): void {
    if (this.known.size < this.sweepAt) return;
    for (const key of this.known.keys()) {
      const alive = this.alive(key);
      if (alive.length > 0) this.known.set(key, alive);
      else this.known.delete(key);
    }
    this.sweepAt = 2 * Math.max(32, this.known.size);
  }
}

function isSame(one: SocketValues, other: SocketValues): boolean {
  const keys = Object.keys(one) as (keyof SocketValues)[];
  return keys.every((key) => equal(one[key], other[key]));
}

// Lists of protocols and heartbeats are compared by what they say.
function equal(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return false;
  const [a, b] = [Object.entries(one), new Map(Object.entries(other))];
  return a.length === b.size && a.every(([key, value]) => Object.is(b.get(key), value));
}
