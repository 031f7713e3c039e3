import type { AuthConfig, RouteConfig } from '../route-config';
import { fieldOf } from './json-field';
import { authenticationOf } from './openapi-security';
import { parsePattern } from './path-pattern';

/** What an OpenAPI document does not say. */
export interface OpenApiImportOptions {
  /** Which service of the mesh answers. */
  readonly service: string;
  /** What the paths at the gateway begin with, such as `/shop`. @default '' */
  readonly prefix?: string | undefined;
}

/** What became of an OpenAPI document. */
export interface OpenApiImport {
  /** A route for each operation that could be read. */
  readonly routes: readonly RouteConfig[];
  /** What could not be read, and where, such as `paths./orders.get`; at most 100. What is told of has no route. */
  readonly problems: readonly { readonly at: string; readonly detail: string }[];
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const;
const MOST_ROUTES = 5000;
const MOST_PROBLEMS = 100;
const LONGEST_PLACE = 200;

/**
 * Routes of an OpenAPI document, 3.0 or 3.1, that has been parsed as JSON: of each operation its method and path, its
 * `operationId` as name, and its security. The path at the service begins with that of the first server. The document may be
 * anything: what cannot be read is left out and told; an operation whose security cannot be kept is left out too, not let open.
 *
 * @param document The document. References are not followed.
 * @param options The service, and what the paths begin with.
 * @usageNotes
 * ```ts
 * const { routes, problems } = routesFromOpenApi(document, { service: 'orders', prefix: '/shop' });
 * const table = compileRoutes(routes);
 * ```
 */
export function routesFromOpenApi(document: unknown, options: OpenApiImportOptions): OpenApiImport {
  const problems: { at: string; detail: string }[] = [];
  const routes: RouteConfig[] = [];
  const taken = new Set<string>();
  const complain = (at: string, detail: string): void => {
    if (problems.length < MOST_PROBLEMS) problems.push({ at: at.slice(0, LONGEST_PLACE), detail });
  };
  const version = fieldOf(document, 'openapi');
  if (typeof version !== 'string' || !/^3\.[01](?:\.|$)/.test(version)) {
    complain('openapi', 'it must be a document of version 3.0 or 3.1');
    return { routes, problems };
  }
  const paths = fieldOf(document, 'paths');
  const items = typeof paths === 'object' && paths !== null ? Object.entries(paths) : [];
  for (const [path, item] of items as [string, unknown][]) {
    if (path.startsWith('x-')) continue;
    if (fieldOf(item, '$ref') !== undefined) {
      complain(`paths.${path}`, 'references are not followed');
      continue;
    }
    for (const method of METHODS) {
      const operation = fieldOf(item, method);
      if (operation === undefined) continue;
      const at = `paths.${path}.${method}`;
      if (routes.length >= MOST_ROUTES) {
        complain(at, `there are more than ${MOST_ROUTES} operations`);
        return { routes, problems };
      }
      const servers = [operation, item, document].map((place) => fieldOf(place, 'servers'));
      const base = basePathOf(servers.find((list) => list !== undefined));
      if (base === undefined) {
        complain(at, 'the path of its server cannot be read');
        continue;
      }
      const route = routeOf(path, base, options);
      if (typeof route === 'string') {
        complain(at, route);
        continue;
      }
      const shape = `${method} ${route.path.replace(/:\w+/g, ':')}`;
      const authentication = authenticationOf(document, operation);
      if (authentication === 'unknown') complain(at, 'its security cannot be kept by the gateway');
      else if (taken.has(shape)) complain(at, 'another operation has this path and method');
      else {
        taken.add(shape);
        const name = nameOf(operation, taken);
        routes.push(toRoute(route, method, options.service, name, authentication));
      }
    }
  }
  return { routes, problems };
}

function toRoute(
  paths: Pick<RouteConfig, 'path' | 'targetPath'>,
  method: string,
  targetService: string,
  name: string | undefined,
  authentication: AuthConfig | undefined,
): RouteConfig {
  return {
    ...(name === undefined ? {} : { name }),
    ...paths,
    method: method.toUpperCase(),
    targetService,
    ...(authentication && { authentication }),
  };
}

/** The id of an operation, where it is one that no other has. */
function nameOf(operation: unknown, taken: Set<string>): string | undefined {
  const id = fieldOf(operation, 'operationId');
  if (typeof id !== 'string' || !/^[\w.:/-]{1,200}$/.test(id) || taken.has(`name ${id}`)) {
    return undefined;
  }
  taken.add(`name ${id}`);
  return id;
}

/** The path of the first server, without a slash at its end; its variables have their defaults. */
function basePathOf(servers: unknown): string | undefined {
  const first: unknown = Array.isArray(servers) ? servers[0] : undefined;
  if (first === undefined) return '';
  const url = fieldOf(first, 'url');
  if (typeof url !== 'string' || url.length > 2048) return undefined;
  const filled = url.replace(/\{([^{}]*)\}/g, (whole, name: string) => {
    const value = fieldOf(fieldOf(fieldOf(first, 'variables'), name), 'default');
    return typeof value === 'string' ? value : whole;
  });
  const path = filled.replace(/^(?:[a-z][a-z0-9+.-]*:)?\/\/[^/?#\\]*/i, '').replace(/\/$/, '');
  if (path === '') return '';
  const pattern = parsePattern(path.startsWith('/') ? path : `/${path}`);
  const isPlain =
    typeof pattern !== 'string' && pattern.segments.every(({ kind }) => kind === 'static');
  return isPlain && !/[{}]/.test(path) ? pattern.template : undefined;
}

/** The paths of a route, or what is wrong with that of the document. */
function routeOf(
  path: string,
  base: string,
  { prefix = '' }: OpenApiImportOptions,
): Pick<RouteConfig, 'path' | 'targetPath'> | string {
  if (!path.startsWith('/') || path.length > 2048) return 'a path must begin with a slash';
  const parts = path.split('/').map((part) => {
    const name = /^\{([^{}]+)\}$/.exec(part)?.[1];
    if (name === undefined) return part.replace(/:/g, '%3A').replace(/\*/g, '%2A');
    // What is no letter, digit or _ is none in a parameter of ours.
    return `:${name.replace(/\W/g, '_').replace(/^(?=\d)/, '_')}`;
  });
  if (parts.some((part) => /[{}]/.test(part)))
    return 'a parameter must be a whole part of the path';
  const own = parts.join('/');
  const begin = prefix.replace(/\/$/, '');
  const result = { path: begin + own, targetPath: base + own };
  const faults = [result.path, result.targetPath].map((one) => parsePattern(one));
  return faults.find((fault) => typeof fault === 'string') ?? result;
}
