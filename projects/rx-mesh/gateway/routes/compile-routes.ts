import { type RandomSource, seededRandom } from 'rx-mesh/kernel';
import { RouteTableError } from '../gateway-errors';
import type { RouteConfig } from '../route-config';
import { namesOf, parsePattern, type PathPattern } from './path-pattern';
import { checkRoute } from './route-checks';
import { compilePredicates, relate } from './route-predicates';
import { CompiledTable, type RouteTable } from './route-table';
import { type CompiledRoute, leafOf, type RouteLeaf, TrieNode } from './route-trie';

/** What holds for all routes of a table. */
export interface RouteTableOptions {
  /** What all paths begin with, such as `/api`; requests beside it are not found. @default '' */
  readonly basePath?: string | undefined;
  /** The host of requests which name none, for routes that ask for one: that of the page. @default none */
  readonly host?: string | undefined;
  /** From where chance comes, for routes with weights. @default a source that draws the same in each run */
  readonly random?: RandomSource | undefined;
  /** What tells the draws of this table from those of others. @default '' */
  readonly seed?: string | undefined;
}

type Problems = { readonly at: string; readonly detail: string }[];

/**
 * Compiles routes into a table that never changes: the routes are copied, so later changes of theirs have no effect.
 *
 * A static part of a path goes before a parameter, and that before the rest; with the same path a named method goes before
 * GET for HEAD, and that before `*`; and with the same method the route whose predicates are narrower goes first: a host before
 * none, a whole host before `*.`, a text before a pattern, a pattern before `true`, more conditions before fewer.
 *
 * @param routes The routes. Their order matters only where patterns of predicates overlap.
 * @param options What holds for all.
 * @throws RouteTableError with all problems and their places, such as `routes[3].path`: what is no route, two routes that
 * take the same requests of which more than one has no weight, and two of which neither has the narrower predicates.
 * @usageNotes
 * ```ts
 * const table = compileRoutes([
 *   { path: '/orders/:id', method: 'GET', targetService: 'orders', targetPath: '/v2/orders/:id' },
 * ]);
 * table.match({ method: 'GET', url: '/orders/7' }); // { kind: 'found', params: { id: '7' }, ... }
 * ```
 */
export function compileRoutes(
  routes: readonly RouteConfig[],
  options: RouteTableOptions = {},
): RouteTable {
  const problems: Problems = [];
  const basePath = basePathOf(options.basePath ?? '', problems);
  const table = new TableBuilder(basePath, problems);
  const given: unknown = routes;
  if (Array.isArray(given)) {
    for (const [i, route] of routes.entries()) table.add(route, i);
  } else problems.push({ at: 'routes', detail: 'it must be a list' });
  table.checkWeights();
  if (problems.length > 0) throw new RouteTableError(problems);
  for (const leaf of table.leaves) leaf.close();
  return new CompiledTable({
    root: table.root,
    depth: table.depth,
    routes: table.routes,
    basePath,
    host: options.host?.toLowerCase() ?? '',
    random: options.random ?? seededRandom(1),
    seed: options.seed ?? '',
  });
}

function basePathOf(basePath: unknown, problems: Problems): string {
  if (basePath === '' || basePath === '/') return '';
  const pattern = parsePattern(basePath);
  const isPlain =
    typeof pattern !== 'string' &&
    `/${pattern.segments.map((part) => (part.kind === 'static' ? part.text : ':')).join('/')}` ===
      pattern.template;
  if (isPlain) return pattern.template;
  problems.push({ at: 'basePath', detail: 'it must be a path without parameters and escapes' });
  return '';
}

/** A copy that nobody can change, and its groups and lists with it. */
function copyOf(route: RouteConfig): RouteConfig {
  const entries = Object.entries(route).map(([key, value]: [string, unknown]) => {
    if (Array.isArray(value)) return [key, Object.freeze([...(value as readonly unknown[])])];
    const isGroup = typeof value === 'object' && value !== null;
    return [key, isGroup ? Object.freeze({ ...value }) : value];
  });
  return Object.fromEntries(entries) as RouteConfig;
}

/** Takes routes one by one, and remembers what is wrong with them. */
class TableBuilder {
  readonly root = new TrieNode();
  readonly routes: RouteConfig[] = [];
  readonly leaves = new Set<RouteLeaf>();
  /** The most parts that a pattern has. */
  depth = 0;
  private readonly names = new Map<string, number>();
  private readonly indexes = new Map<CompiledRoute, number>();

  constructor(
    private readonly basePath: string,
    private readonly problems: Problems,
  ) {}

  add(given: RouteConfig, index: number): void {
    const complain = (at: string, detail: string): void => {
      this.problems.push({ at: `routes[${index}]${at && `.${at}`}`, detail });
    };
    if (typeof given !== 'object' || (given as unknown) === null) {
      complain('', 'it must be a route');
      return;
    }
    const before = this.problems.length;
    const copy = copyOf(given);
    checkRoute(copy, complain);
    const pattern = parsePattern(copy.path);
    if (typeof pattern === 'string') complain('path', pattern);
    checkTarget(copy.targetPath, pattern, (detail) => complain('targetPath', detail));
    if (this.problems.length > before || typeof pattern === 'string') return;
    const template = this.basePath + (pattern.template === '/' ? '' : pattern.template) || '/';
    const method = copy.method.toUpperCase();
    const name = this.nameOf(copy, `${method} ${template}`, index, complain);
    const route: RouteConfig = Object.freeze({ ...copy, method, name });
    const compiled: CompiledRoute = {
      route,
      method,
      predicates: compilePredicates(copy.when),
      template,
      names: namesOf(pattern),
      parts: pattern.segments.flatMap(({ kind }, i) => (kind === 'static' ? [] : [i])),
      hasRest: pattern.segments.at(-1)?.kind === 'rest',
      key: copy.name ?? `${copy.targetService} ${copy.targetPath}`,
      weight: copy.weight ?? 1,
    };
    const leaf = leafOf(this.root, pattern);
    this.compare(compiled, leaf, complain);
    this.indexes.set(compiled, index);
    leaf.routes.push(compiled);
    this.leaves.add(leaf);
    this.routes.push(route);
    this.depth = Math.max(this.depth, pattern.segments.length);
  }

  /** Says which routes nobody would come to, for all that take the same requests have a weight of 0. */
  checkWeights(): void {
    for (const { routes } of this.leaves) {
      for (const route of routes.filter(({ weight }) => weight === 0)) {
        const arms = routes.filter(
          ({ method, predicates }) =>
            method === route.method && relate(predicates, route.predicates) === 'same',
        );
        if (arms.some(({ weight }) => weight > 0)) continue;
        this.problems.push({
          at: `routes[${this.indexes.get(route) ?? 0}].weight`,
          detail: 'it must be above 0 for one of the routes that take the same requests',
        });
      }
    }
  }

  /** The name of a route: its own, which is no other's; or method and path, with a number where there are more. */
  private nameOf(
    route: RouteConfig,
    otherwise: string,
    index: number,
    complain: (at: string, detail: string) => void,
  ): string {
    let name = route.name ?? otherwise;
    const other = this.names.get(name);
    if (other !== undefined && route.name !== undefined) {
      complain('name', `routes[${other}] has it already`);
    }
    for (let i = 2; this.names.has(name); i++) name = `${route.name ?? otherwise} #${i}`;
    this.names.set(name, index);
    return name;
  }

  /** Says with which routes of the same path and method this one cannot be. */
  private compare(
    route: CompiledRoute,
    leaf: RouteLeaf,
    complain: (at: string, detail: string) => void,
  ): void {
    for (const other of leaf.routes) {
      if (other.method !== route.method) continue;
      const place = `routes[${this.indexes.get(other) ?? 0}]`;
      const relation = relate(other.predicates, route.predicates);
      if (relation === 'crossing') {
        complain('when', `some requests fit ${place} too, and neither of them is the narrower`);
      } else if (relation === 'same') {
        const weightless = [other, route].filter((one) => one.route.weight === undefined);
        if (weightless.length > 1) complain('path', `${place} takes the same requests`);
        else if (other.key === route.key) {
          complain('name', `${place} goes to the same place: they need names of their own`);
        }
      }
    }
  }
}

function checkTarget(
  targetPath: unknown,
  pattern: PathPattern | string,
  complain: (detail: string) => void,
): void {
  const target = parsePattern(targetPath);
  if (typeof target === 'string') {
    complain(target);
    return;
  }
  if (typeof pattern === 'string') return;
  const known = new Map(
    pattern.segments.map((part) => [part.kind === 'static' ? '' : part.name, part.kind]),
  );
  for (const name of namesOf(target)) {
    if (!known.has(name)) complain(`the path has no parameter ${name}`);
  }
  const rest = target.segments.find(({ kind }) => kind === 'rest');
  const isRest =
    rest === undefined || rest.kind === 'static' || known.get(rest.name) !== 'parameter';
  if (!isRest) complain('a parameter is no rest of the path');
  for (const part of target.segments) {
    if (part.kind === 'parameter' && known.get(part.name) === 'rest') {
      complain(`${part.name} is the rest of the path: write it as *${part.name}`);
    }
  }
}
