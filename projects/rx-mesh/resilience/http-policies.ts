import type { HttpRequest } from '@angular/common/http';
import { DOCUMENT, Injectable, InjectionToken, inject } from '@angular/core';
import { CLOCK, PAGE_STATE, RANDOM, type RxMeshFeature, ɵmakeFeature } from 'rx-mesh/kernel';
import type { PolicyFactory, ResiliencePolicy } from './policy';

declare const ngDevMode: boolean;

/** Which requests a policy is for. */
export interface HttpPolicyRule {
  /**
   * The requests: the beginning of a path such as `/api/orders`, an origin with or without a path such as
   * `https://api.example/orders`, or a question. A path ends at a slash: `/api/order` is not the beginning of
   * `/api/orders`.
   */
  readonly match: string | ((request: HttpRequest<unknown>) => boolean);
  /** Makes the policy: `clientPolicy(thinClient())`, or one of your own. */
  readonly policy: PolicyFactory;
  /** Which requests share breakers, budgets and limits: those of one name. @default the origin of the URL */
  readonly name?: ((request: HttpRequest<unknown>) => string) | undefined;
}

/** The rules of the application. */
export const HTTP_POLICY_RULES = new InjectionToken<readonly HttpPolicyRule[]>(
  ngDevMode ? 'rx-mesh HTTP_POLICY_RULES' : '',
  { providedIn: 'root', factory: () => [] },
);

/**
 * Says which requests of `HttpClient` the `resilienceInterceptor` keeps healthy, and how. The first rule that matches
 * counts; what none matches is sent as it is.
 *
 * @usageNotes
 * ```ts
 * provideRxMesh(
 *   withHttpPolicies(
 *     { match: '/api/search', policy: clientPolicy({ ...thinClient(), retry: false }) },
 *     { match: '/api', policy: clientPolicy() },
 *   ),
 * );
 * ```
 */
export function withHttpPolicies(
  ...rules: readonly HttpPolicyRule[]
): RxMeshFeature<'http-policies'> {
  return ɵmakeFeature('http-policies', [{ provide: HTTP_POLICY_RULES, useValue: rules }]);
}

// Names may come from the requests; those above it share one policy of each rule.
const MOST_NAMES = 200;

/** The policies that the rules have made, one for each rule and name. */
@Injectable({ providedIn: 'root' })
export class HttpPolicies {
  private readonly rules = inject(HTTP_POLICY_RULES);
  private readonly base = inject(DOCUMENT).baseURI;
  private readonly ports = {
    clock: inject(CLOCK),
    random: inject(RANDOM),
    page: inject(PAGE_STATE),
  };
  private readonly made = new Map<HttpPolicyRule, Map<string, ResiliencePolicy>>();

  /** The policy of a request and the name that it is for; `undefined` when no rule matches. */
  find(
    request: HttpRequest<unknown>,
  ): { readonly name: string; readonly policy: ResiliencePolicy } | undefined {
    const url = this.rules.length > 0 ? this.urlOf(request) : undefined;
    const rule = this.rules.find(({ match }) =>
      typeof match === 'string' ? url && begins(url, match) : match(request),
    );
    if (!rule) return undefined;
    const name = rule.name?.(request) ?? url?.origin ?? request.url;
    return { name, policy: this.policyOf(rule, name) };
  }

  private policyOf(rule: HttpPolicyRule, wanted: string): ResiliencePolicy {
    const known = this.made.get(rule) ?? new Map<string, ResiliencePolicy>();
    this.made.set(rule, known);
    const name = known.has(wanted) || known.size < MOST_NAMES ? wanted : 'others';
    const policy = known.get(name) ?? rule.policy(this.ports, name);
    known.set(name, policy);
    return policy;
  }

  private urlOf({ url }: HttpRequest<unknown>): URL | undefined {
    return URL.canParse(url, this.base) ? new URL(url, this.base) : undefined;
  }
}

function begins({ origin, pathname }: URL, match: string): boolean {
  const whole = match.startsWith('/') ? pathname : origin + pathname;
  const prefix = match.endsWith('/') ? match.slice(0, -1) : match;
  return whole === prefix || whole.startsWith(`${prefix}/`);
}
