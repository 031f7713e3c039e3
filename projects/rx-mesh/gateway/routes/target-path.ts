import { GatewayError } from '../gateway-errors';
import type { RouteConfig } from '../route-config';
import { segmentFault } from './path-pattern';

const badPath = (detail: string): GatewayError =>
  new GatewayError({ type: 'about:blank', title: 'Bad Request', status: 400, detail });

// What a part of a path may have as it is (RFC 3986, section 3.3), and `encodeURIComponent` takes for the sign of something.
const LEGAL = /%(?:24|26|2B|2C|3A|3B|3D|40)/g;

/** One value as one part of a path, encoded. */
function encodePart(name: string, value: string | undefined): string {
  if (value === undefined) throw badPath(`The parameter ${name} is missing.`);
  const fault = segmentFault(value);
  if (fault !== undefined) throw badPath(`The parameter ${name} cannot be sent on: ${fault}.`);
  try {
    return encodeURIComponent(value).replace(LEGAL, decodeURIComponent);
  } catch (error) {
    throw new GatewayError(
      badPath(`The parameter ${name} cannot be sent on: it has half a character.`).problem,
      undefined,
      error,
    );
  }
}

/** The rest of a path, part by part; a slash at its end stays. */
function encodeRest(name: string, value: string | undefined): string {
  const parts = value?.split('/') ?? [undefined];
  const isFolder = parts.length > 1 && parts.at(-1) === '';
  const encoded = (isFolder ? parts.slice(0, -1) : parts).map((part) => encodePart(name, part));
  return encoded.join('/') + (isFolder ? '/' : '');
}

/**
 * The path at the service, of a route that {@link RouteTable.match} has found: `targetPath` with the parameters put in, each
 * encoded anew. It never leads to another host (`//evil`) or upwards, whatever the parameters say.
 *
 * @param route The route.
 * @param params The parameters, decoded.
 * @throws GatewayError with status 400 for a parameter that is missing, or that {@link RouteTable.match} would have refused.
 * @usageNotes
 * ```ts
 * targetPathOf(route, { id: 'a b' }); // '/v2/orders/a%20b' for a targetPath of '/v2/orders/:id'
 * ```
 */
export function targetPathOf(
  route: Pick<RouteConfig, 'targetPath'>,
  params: Readonly<Record<string, string>>,
): string {
  return route.targetPath
    .split('/')
    .map((part) => {
      const sign = part.charAt(0);
      if (sign !== ':' && sign !== '*') return part;
      const name = part.slice(1);
      const value = Object.hasOwn(params, name) ? params[name] : undefined;
      return sign === ':' ? encodePart(name, value) : encodeRest(name, value);
    })
    .join('/');
}
