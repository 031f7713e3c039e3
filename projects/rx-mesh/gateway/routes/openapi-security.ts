import { isSettable } from '../middleware/header-rules';
import type { AuthConfig } from '../route-config';
import { fieldOf } from './json-field';

/**
 * Who may call an operation: `undefined`: everybody; `unknown`: it cannot be told, or not be kept. Of several ways the first is
 * taken that a gateway can go; an empty one among them makes a user optional. Scopes are roles.
 */
export function authenticationOf(
  document: unknown,
  operation: unknown,
): AuthConfig | undefined | 'unknown' {
  const security = fieldOf(operation, 'security') ?? fieldOf(document, 'security');
  if (security === undefined) return undefined;
  if (!Array.isArray(security)) return 'unknown';
  const ways = security as readonly unknown[];
  if (ways.length === 0) return undefined;
  const isOptional = ways.some((way) => entriesOf(way)?.length === 0);
  for (const way of ways) {
    const schemes = entriesOf(way);
    if (schemes?.length !== 1 || !schemes[0]) continue;
    const [name, roles] = schemes[0];
    const scheme = schemeOf(
      fieldOf(fieldOf(fieldOf(document, 'components'), 'securitySchemes'), name),
    );
    if (!scheme || !isTexts(roles)) continue;
    return {
      required: !isOptional,
      scheme,
      ...(roles.length > 0 && !isOptional ? { roles: [...roles] } : {}),
    };
  }
  return isOptional && ways.length === 1 ? undefined : 'unknown';
}

function schemeOf(scheme: unknown): AuthConfig['scheme'] {
  const type = fieldOf(scheme, 'type');
  const header = fieldOf(scheme, 'name');
  if (type === 'oauth2' || type === 'openIdConnect') return 'bearer';
  if (type === 'http') {
    return String(fieldOf(scheme, 'scheme')).toLowerCase() === 'bearer' ? 'bearer' : undefined;
  }
  const isKey = type === 'apiKey' && fieldOf(scheme, 'in') === 'header';
  return isKey && typeof header === 'string' && isSettable(header) ? { header } : undefined;
}

const entriesOf = (way: unknown): readonly (readonly [string, unknown])[] | undefined =>
  typeof way === 'object' && way !== null && !Array.isArray(way) ? Object.entries(way) : undefined;

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string' && one !== '');
