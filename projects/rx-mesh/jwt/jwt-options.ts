import type { JSONWebKeySet, JWTPayload } from 'jose';
import { type OptionCheck, createOptions, nonNegative, positive, waitable } from 'rx-mesh/kernel';
import type { GatewayUser } from 'rx-mesh/gateway';

/** How a token may be signed: with a key of which everybody may know the public half. */
export type JwtAlgorithm =
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'EdDSA'
  | 'Ed25519';

/** Which tokens are good. Either `jwksUrl` or `keys` is needed. */
export interface JwtOptions {
  /** Where the keys are, such as `https://id.shop.test/.well-known/jwks.json`. It must be readable by CORS. @default none */
  readonly jwksUrl?: string | undefined;
  /** The keys themselves (RFC 7517). @default those of `jwksUrl` */
  readonly keys?: JSONWebKeySet | undefined;
  /** Who makes the tokens: the claim `iss`, one of several. */
  readonly issuer: string | readonly string[];
  /** For whom they are made: the claim `aud`, one of several. */
  readonly audience: string | readonly string[];
  /** By how much the clock may differ from that of the issuer, in milliseconds. @default 30000 */
  readonly clockTolerance?: number | undefined;
  /** How they may be signed. @default RS256, PS256, ES256, EdDSA, Ed25519 */
  readonly algorithms?: readonly JwtAlgorithm[] | undefined;
  /** How long after a load of the keys they are not loaded again for a key that is not known, in milliseconds. @default 30000 */
  readonly cooldown?: number | undefined;
  /** After what time the keys are loaded again, in milliseconds, above 0. @default 600000 */
  readonly maxAge?: number | undefined;
  /** How long after `maxAge` keys are used while new ones cannot be had, in milliseconds, at least 0. @default 3600000 */
  readonly staleFor?: number | undefined;
  /** How long a load of the keys may take, in milliseconds, above 0. @default 10000 */
  readonly timeout?: number | undefined;
  /** Whose a token is, by its claims. @default `sub` is his id, and `roles`, a list of texts, what he may do */
  readonly userOf?: ((claims: JWTPayload) => GatewayUser) | undefined;
}

/** The options of tokens with a value for each. */
export type JwtValues = {
  readonly [K in Exclude<keyof JwtOptions, 'jwksUrl' | 'keys' | 'userOf'>]-?: NonNullable<
    JwtOptions[K]
  >;
} & {
  readonly jwksUrl: string | undefined;
  readonly keys: JSONWebKeySet | undefined;
  readonly userOf: (claims: JWTPayload) => GatewayUser;
};

const ALGORITHM = /^(?:[RP]S(?:256|384|512)|ES(?:256|384|512)|EdDSA|Ed25519)$/;

const texts: OptionCheck<string | readonly string[]> = (value) => {
  const all: readonly unknown[] = typeof value === 'string' ? [value] : value;
  return Array.isArray(all) && all.length > 0 && all.every((one) => typeof one === 'string' && one !== '') // prettier-ignore
    ? undefined
    : 'a text, or a list of texts';
};

/** Which tokens are good where nothing else is said. */
export const JWT = /* @__PURE__ */ createOptions<JwtValues>(
  'JwtOptions',
  {
    jwksUrl: undefined,
    keys: undefined,
    issuer: [],
    audience: [],
    clockTolerance: 30_000,
    algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'],
    cooldown: 30_000,
    maxAge: 600_000,
    staleFor: 3_600_000,
    timeout: 10_000,
    userOf,
  },
  {
    issuer: texts,
    audience: texts,
    clockTolerance: nonNegative,
    // A shared secret in a page is none, and `none` is no signature.
    algorithms: (names) =>
      Array.isArray(names) &&
      names.length > 0 &&
      names.every((name: unknown) => typeof name === 'string' && ALGORITHM.test(name))
        ? undefined
        : 'a list of algorithms with a public key, such as RS256',
    cooldown: nonNegative,
    maxAge: positive,
    staleFor: nonNegative,
    timeout: waitable,
  },
  ({ jwksUrl, keys }) =>
    (jwksUrl === undefined) === (keys === undefined)
      ? ['jwksUrl', 'given, or `keys` in its place; not both']
      : undefined,
);

function userOf(claims: JWTPayload): GatewayUser {
  const { roles, sub } = claims;
  const own = Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : [];
  return { id: sub ?? '', roles: own, claims };
}
