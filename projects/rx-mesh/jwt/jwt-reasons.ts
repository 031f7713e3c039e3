const REASONS: ReadonlyMap<string, string> = /* @__PURE__ */ new Map([
  ['ERR_JWT_EXPIRED', 'The token has expired.'],
  ['ERR_JWS_SIGNATURE_VERIFICATION_FAILED', 'The signature of the token is wrong.'],
  ['ERR_JWKS_NO_MATCHING_KEY', 'The key of the token is not known.'],
  ['ERR_JWKS_MULTIPLE_MATCHING_KEYS', 'The token does not say which key it is signed with.'],
  ['ERR_JOSE_ALG_NOT_ALLOWED', 'The token is signed by an algorithm that is not allowed.'],
  ['ERR_JOSE_NOT_SUPPORTED', 'The token is signed by an algorithm that is not allowed.'],
  ['ERR_JWS_INVALID', 'The token is malformed.'],
  ['ERR_JWT_INVALID', 'The token is malformed.'],
]);

const CLAIMS: ReadonlyMap<string, string> = /* @__PURE__ */ new Map([
  ['aud', 'The token is for somebody else.'],
  ['iss', 'The token is from somebody else.'],
  ['nbf', 'The token is not valid yet.'],
]);

/** Why a token is not good, as an error of `jose` has it; `undefined`: it says nothing of the token. Nothing of the token is in it. */
export function reasonOf(error: unknown): string | undefined {
  const code = textOf(error, 'code');
  if (code === 'ERR_JWT_CLAIM_VALIDATION_FAILED') {
    return CLAIMS.get(textOf(error, 'claim')) ?? 'A claim of the token is missing or wrong.';
  }
  return REASONS.get(code);
}

/** Whether an error says that there is no such key. */
export function isUnknownKey(error: unknown): boolean {
  return textOf(error, 'code') === 'ERR_JWKS_NO_MATCHING_KEY';
}

function textOf(error: unknown, name: 'code' | 'claim'): string {
  if (typeof error !== 'object' || error === null) return '';
  const value = (error as { readonly code?: unknown; readonly claim?: unknown })[name];
  return typeof value === 'string' ? value : '';
}
