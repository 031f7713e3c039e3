import type { RoutePredicates } from '../route-config';

/** What a request says besides its path: read only where a route asks for it. */
export interface RequestFacts {
  /** Its host in small letters, with the port where it has one; `''`: unknown. */
  host(): string;
  /** The first value of a header. */
  header(name: string): string | null;
  /** The first value of a query parameter. */
  query(name: string): string | null;
}

type Wanted = string | RegExp | true;

/** Predicates, ready to be asked. */
export interface CompiledPredicates {
  /** All that must be so, each by its name; two with the same names and values are the same. */
  readonly conditions: ReadonlyMap<string, Wanted>;
  /** The more, the earlier they are asked: narrower predicates always have more. */
  readonly rank: number;
}

/** How the requests of one lie to those of another. */
export type Relation = 'same' | 'narrower' | 'wider' | 'apart' | 'crossing';

const HOST = 'host';
const EXACT_HOST = 1000;

/** A pattern that tells the same each time: `g` and `y` would remember where they stopped. */
const stateless = (wanted: Wanted): Wanted =>
  wanted instanceof RegExp ? new RegExp(wanted.source, wanted.flags.replace(/[gy]/g, '')) : wanted;

/** Makes predicates ready. They have been checked. */
export function compilePredicates(when: RoutePredicates | undefined): CompiledPredicates {
  const conditions = new Map<string, Wanted>();
  let rank = 0;
  if (when?.host !== undefined) {
    const host = when.host.toLowerCase();
    conditions.set(HOST, host);
    rank += host.startsWith('*') ? host.length : EXACT_HOST + host.length;
  }
  for (const [kind, wishes] of [
    ['header', when?.headers],
    ['query', when?.query],
  ] as const) {
    for (const [name, wanted] of Object.entries(wishes ?? {})) {
      conditions.set(`${kind} ${kind === 'header' ? name.toLowerCase() : name}`, stateless(wanted));
      rank += wanted === true ? 1 : typeof wanted === 'string' ? 3 : 2;
    }
  }
  return { conditions, rank };
}

/** Whether a request is as the predicates want it. */
export function accepts({ conditions }: CompiledPredicates, facts: RequestFacts): boolean {
  for (const [at, wanted] of conditions) {
    if (at === HOST) {
      if (!hostFits(wanted as string, facts.host())) return false;
      continue;
    }
    const name = at.slice(at.indexOf(' ') + 1);
    const value = at.startsWith('h') ? facts.header(name) : facts.query(name);
    if (value === null) return false;
    if (wanted !== true && (typeof wanted === 'string' ? value !== wanted : !wanted.test(value))) {
      return false;
    }
  }
  return true;
}

/** `*.shop.test` is any host below `shop.test`, at any depth; a port counts only where it is asked for. */
function hostFits(wanted: string, host: string): boolean {
  const name = /:\d+$/.test(wanted) ? host : host.replace(/:\d*$/, '');
  return wanted.startsWith('*')
    ? name.length >= wanted.length && name.endsWith(wanted.slice(1))
    : name === wanted;
}

/**
 * How two predicates lie to each other. Two different patterns for one name are taken to exclude each other: whether they do
 * cannot be told, and where they do not, the earlier route of the table is taken.
 */
export function relate(one: CompiledPredicates, other: CompiledPredicates): Relation {
  let result: Relation = 'same';
  for (const at of new Set([...one.conditions.keys(), ...other.conditions.keys()])) {
    const a = one.conditions.get(at);
    const b = other.conditions.get(at);
    const part = at === HOST ? relateHosts(a, b) : relateWishes(a, b);
    if (part === 'apart') return part;
    if (part !== 'same') result = result === 'same' || result === part ? part : 'crossing';
  }
  return result;
}

function relateWishes(a: Wanted | undefined, b: Wanted | undefined): Relation {
  if (a === undefined) return 'wider';
  if (b === undefined) return 'narrower';
  if (String(a) === String(b) && typeof a === typeof b) return 'same';
  if (a === true || b === true) return a === true ? 'wider' : 'narrower';
  if (typeof a === 'string') return typeof b !== 'string' && b.test(a) ? 'narrower' : 'apart';
  return typeof b === 'string' && a.test(b) ? 'wider' : 'apart';
}

function relateHosts(a: Wanted | undefined, b: Wanted | undefined): Relation {
  if (typeof a !== 'string') return 'wider';
  if (typeof b !== 'string') return 'narrower';
  if (a === b) return 'same';
  // With and without a port: the one with it is the narrower, if the name is in the other.
  if (hostFits(b, a)) return 'narrower';
  return hostFits(a, b) ? 'wider' : 'apart';
}
