import { type RxMeshFeature, ɵmakeFeature } from 'rx-mesh/kernel';
import { AuthenticationService } from './authentication-service';
import { TOKENS, type TokenOptions } from './token-options';
import {
  TOKEN_SOURCE,
  TOKEN_VALIDATOR,
  type TokenSource,
  type TokenValidator,
} from './token-ports';

/** Where tokens come from, and who says whose they are. */
export interface TokenSetup extends TokenOptions {
  /** Makes what says whose a token is, within an injection context. @default all tokens are refused */
  readonly validator?: (() => TokenValidator) | undefined;
  /** Makes where the token of the page comes from, within an injection context. @default the page has none */
  readonly source?: (() => TokenSource) | undefined;
}

/**
 * Sets where the tokens of requests come from, how they are renewed, and who says whose they are.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(
 *   withTokens({
 *     validator: jwtValidator({ jwksUrl: '/.well-known/jwks.json', issuer: 'https://id.shop.test', audience: 'shop' }),
 *     source: () => inject(Session),
 *   }),
 * );
 * ```
 */
export function withTokens({
  source,
  validator,
  ...options
}: TokenSetup = {}): RxMeshFeature<'tokens'> {
  return ɵmakeFeature('tokens', [
    TOKENS.provide(options),
    // Also where it is set for a lazy route.
    AuthenticationService,
    ...(validator ? [{ provide: TOKEN_VALIDATOR, useFactory: validator }] : []),
    ...(source ? [{ provide: TOKEN_SOURCE, useFactory: source }] : []),
  ]);
}
