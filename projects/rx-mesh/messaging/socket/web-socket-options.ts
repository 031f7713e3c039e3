import { type RxMeshFeature, createOptions, ɵmakeFeature } from 'rx-mesh/kernel';
import { socketOrigin } from './socket-url';

/** Options of {@link withWebSockets}. */
export interface WebSocketsOptions {
  /**
   * Other origins to which sockets may be opened, such as `wss://events.example.com`: scheme, host and port, each in full.
   * That of the page is always allowed. @default none
   */
  readonly allowedOrigins?: readonly string[] | undefined;
}

/** The options of all sockets with a value for each. */
export interface WebSocketsValues {
  readonly allowedOrigins: readonly string[];
}

/** The options of all sockets, and the token by which an application changes them. */
export const WEB_SOCKETS = /* @__PURE__ */ createOptions<WebSocketsValues>(
  'WebSocketsOptions',
  { allowedOrigins: [] },
  {
    allowedOrigins: (given) => {
      const origins: unknown = given;
      if (!Array.isArray(origins)) return 'a list of origins';
      const odd = origins.find((text: unknown) => !isOrigin(text)) as unknown;
      return odd === undefined
        ? undefined
        : `origins in full, such as "wss://events.example.com", with no path and no "*", which "${typeof odd === 'string' ? odd : typeof odd}" is not`;
    },
  },
);

/**
 * Sets to which other origins sockets may be opened.
 *
 * @throws InvalidOptionError when one is no origin.
 * @usageNotes
 * ```ts
 * provideRxMesh(withWebSockets({ allowedOrigins: ['wss://events.example.com'] }));
 * ```
 */
export function withWebSockets(options: WebSocketsOptions = {}): RxMeshFeature<'web-sockets'> {
  return ɵmakeFeature('web-sockets', [WEB_SOCKETS.provide(options)]);
}

function isOrigin(text: unknown): boolean {
  if (typeof text !== 'string' || text.includes('*')) return false;
  const origin = socketOrigin(text);
  // As it is written, but for the slash that a browser adds, and the scheme that a socket has instead.
  return origin !== undefined && origin === text.replace(/^http/, 'ws').replace(/\/$/, '');
}
