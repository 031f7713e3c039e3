import { InjectionToken } from '@angular/core';
import { type ObservableInput, throwError } from 'rxjs';
import type { GatewayError } from '../gateway-errors';
import type { GatewayUser } from '../route-config';
import { refusal } from './refusal';

declare const ngDevMode: boolean;

/** Says whose a token is. */
export interface TokenValidator {
  /**
   * The user of a token: one value. A token that is not good is an error made by `tokenRefused()`, or one of status 401; any other
   * error means that nobody knows, and the request is answered with 503. The claim `exp`, in seconds since the epoch, says until
   * when the answer may be remembered.
   */
  validate(token: string): ObservableInput<GatewayUser>;
}

/** Where the token of the page comes from. */
export interface TokenSource {
  /** The token that requests without one are sent with; `undefined`: nobody is there. Asked for each request. */
  current(): string | undefined;
  /**
   * Gets a new token in place of one that no longer holds: one value. Called once, however many requests wait for it. That there is
   * none, the user has to sign in again, it says by an error of `tokenRefused()`, by one with a status of 4xx, or by completing
   * without a value; requests are 401 then. Any other error (no network, 5xx, a time-out) is an outage: they are 502, 503 or 504.
   * Once begun it is not cancelled when nobody waits any more. A request by which it asks, through a route of the gateway that asks for
   * a token, would wait for itself, and is 502: send it with `SKIP_GATEWAY`.
   */
  refresh?(): ObservableInput<string>;
}

/**
 * Makes the error of a token that is not good.
 *
 * @param reason Why, in a sentence. It must not have the token in it.
 * @usageNotes
 * ```ts
 * const validator: TokenValidator = {
 *   validate: (token) => sessions.get(token) ?? throwError(() => tokenRefused('The session is over.')),
 * };
 * ```
 */
export function tokenRefused(reason: string): GatewayError {
  return refusal(401, reason);
}

/** Says whose a token is. @default refuses all */
export const TOKEN_VALIDATOR = new InjectionToken<TokenValidator>(
  ngDevMode ? 'rx-mesh TOKEN_VALIDATOR' : '',
  {
    providedIn: 'root',
    factory: () => ({
      validate: () =>
        throwError(() =>
          tokenRefused(
            'No token is good before withTokens({ validator }) says how to tell, such as by jwtValidator() of rx-mesh/jwt.',
          ),
        ),
    }),
  },
);

/** Where the token of the page comes from. @default it has none */
export const TOKEN_SOURCE = new InjectionToken<TokenSource>(
  ngDevMode ? 'rx-mesh TOKEN_SOURCE' : '',
  { providedIn: 'root', factory: () => ({ current: () => undefined }) },
);

/** Whether a text may be sent as a token: visible ASCII, so no header can be smuggled in with it. */
export function isToken(token: unknown): token is string {
  return typeof token === 'string' && /^[\x21-\x7e]{1,8192}$/.test(token);
}
