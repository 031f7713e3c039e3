import { decodePath } from './path-pattern';
import { factsOf, type RouteRequest } from './request-facts';
import { accepts, type RequestFacts } from './route-predicates';
import {
  HASH_START,
  hashStep,
  type CompiledRoute,
  type RouteGroup,
  type RouteLeaf,
  type TrieNode,
} from './route-trie';

const LONGEST_PATH = 8192;
const TOO_LONG = `it is longer than ${LONGEST_PATH} characters`;
const NONE: readonly string[] = [];
const SLASH = 0x2f;
/**
 * Where a path is not as it stands: it ends (`?`, `#`); there is something to decode, a backslash, or a character that is not of
 * ASCII or cannot be seen; or a part is empty or begins with a dot.
 */
const ODD = /[^!"$&-.0->@-[\]-~/]|\/[./]/;

/**
 * A search for the routes of a path: where its parts lie, and which leaves it came by in vain. Used anew for each path, since
 * a search costs little more than what it would take to make one.
 */
export class RouteSearch {
  private request: RouteRequest | undefined;
  private method = '';
  private facts: RequestFacts | undefined;
  private missed: RouteLeaf[] | undefined;
  /** The path, and what may stand behind it. */
  private text = '';
  /** Where the path ends. */
  private end = 0;
  /** Where its last part ends: before a slash at the end of the path. */
  private last = 0;
  /** Where each part ends, as far as the search has come. */
  private readonly ends: Int32Array;

  /**
   * @param depth How deep the trie is.
   * @param host The host of requests that name none.
   */
  constructor(
    depth: number,
    private readonly host: string,
  ) {
    this.ends = new Int32Array(depth);
  }

  /**
   * Reads the path of a request.
   *
   * @param text The path, and what stands behind it.
   * @returns What is wrong with it; `undefined`: nothing.
   */
  read(request: RouteRequest, text: string): string | undefined {
    const { method } = request;
    this.request = request;
    this.method = method.charCodeAt(0) < 0x61 ? method : method.toUpperCase();
    // Most paths have nothing odd, and `test` is the fastest to tell.
    const odd = ODD.test(text) ? text.search(ODD) : -1;
    this.text = text;
    this.end = odd < 0 ? text.length : odd;
    if (this.end > LONGEST_PATH) return TOO_LONG;
    if (odd >= 0 && text[odd] !== '?' && text[odd] !== '#') {
      const raw = text.slice(0, text.search(/[?#]|$/));
      if (raw.length > LONGEST_PATH) return TOO_LONG;
      const { path, fault } = decodePath(raw);
      if (fault !== undefined) return fault;
      this.text = path;
      this.end = path.length;
    }
    this.last = this.text.charCodeAt(this.end - 1) === SLASH ? this.end - 1 : this.end;
    return undefined;
  }

  /** Forgets the request. */
  close(): void {
    this.request = undefined;
    this.text = '';
    if (this.facts) this.facts = undefined;
    if (this.missed) this.missed = undefined;
  }

  /**
   * Goes down the trie: a static part goes before a parameter, and that before the rest; what leads nowhere is gone back from.
   * Each node is visited once at most.
   *
   * @param depth How many parts lead to the node.
   * @param start Where the next part begins; behind the last: there is none.
   */
  find(node: TrieNode, depth = 0, start = 1): RouteGroup | undefined {
    if (start > this.last) return node.end && this.pick(node.end);
    if (node.size > 0) {
      const next = this.staticOf(node, depth, start);
      const found = next && this.find(next, depth + 1, (this.ends[depth] ?? 0) + 1);
      if (found) return found;
    }
    if (node.parameter) {
      const slash = this.text.indexOf('/', start);
      const end = slash < 0 || slash > this.last ? this.last : slash;
      this.ends[depth] = end;
      const found = this.find(node.parameter, depth + 1, end + 1);
      if (found) return found;
    }
    return node.rest && this.pick(node.rest);
  }

  /** The node to which a part of the path leads by its text. */
  private staticOf(node: TrieNode, depth: number, start: number): TrieNode | undefined {
    const { text, last } = this;
    let hash = HASH_START;
    let end = start;
    for (; end < last; end++) {
      const code = text.charCodeAt(end);
      if (code === SLASH) break;
      hash = hashStep(hash, code);
    }
    this.ends[depth] = end;
    let child = node.statics.get(hash);
    while (child && !(child.text.length === end - start && text.startsWith(child.text, start))) {
      child = child.sameHash;
    }
    return child;
  }

  private pick(leaf: RouteLeaf): RouteGroup | undefined {
    const groups = leaf.byMethod.get(this.method) ?? leaf.ofAny;
    for (const group of groups) if (this.fits(group)) return group;
    (this.missed ??= []).push(leaf);
    return undefined;
  }

  private fits({ predicates }: RouteGroup): boolean {
    if (predicates.conditions.size === 0) return true;
    if (!this.request) return false;
    return accepts(predicates, (this.facts ??= factsOf(this.request, this.host)));
  }

  /** For which methods the path would have been found. */
  allowed(): readonly string[] {
    if (!this.missed) return NONE;
    const methods = this.missed.flatMap((leaf) =>
      [...leaf.byMethod].flatMap(([method, groups]) =>
        groups.some((group) => this.fits(group)) ? [method] : [],
      ),
    );
    return [...new Set(methods)].sort();
  }

  /** The parameters of a route that this search has found. */
  params({ names, parts, hasRest }: CompiledRoute): Readonly<Record<string, string>> {
    const params = Object.create(null) as Record<string, string>;
    const last = names.length - 1;
    for (let i = 0; i <= last; i++) {
      const part = parts[i] ?? 0;
      const start = part === 0 ? 1 : (this.ends[part - 1] ?? 0) + 1;
      // What takes the rest keeps the slash at its end.
      const end = hasRest && i === last ? this.end : this.ends[part];
      params[names[i] ?? ''] = this.text.slice(start, end);
    }
    return params;
  }
}
