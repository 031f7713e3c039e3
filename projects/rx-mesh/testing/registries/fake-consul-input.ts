import type { FakeConsulInstance, WireHealth } from './fake-consul-state';

const UNITS: ReadonlyMap<string, number> = /* @__PURE__ */ new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
]);
const DEFAULT_WAIT = 300_000;
const LONGEST_WAIT = 600_000;

/** What the body of a registration says; `undefined` when it is none. */
export function registrationOf(text: string): FakeConsulInstance | undefined {
  try {
    const body = JSON.parse(text) as Partial<WireHealth['Service']> & { readonly Name?: string };
    if (typeof body.Name !== 'string' || body.Name === '') return undefined;
    return {
      name: body.Name,
      id: body.ID,
      address: body.Address,
      port: body.Port,
      tags: body.Tags ?? undefined,
      meta: body.Meta ?? undefined,
      weights: body.Weights,
    };
  } catch {
    return undefined;
  }
}

/** A duration as Go writes it, such as `1m30s`; `undefined` when it is none. */
export function millisecondsOf(text: string | null): number | undefined {
  if (text === null) return DEFAULT_WAIT;
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(text)) return undefined;
  let sum = 0;
  for (const [, count, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    sum += Number(count) * (UNITS.get(unit ?? '') ?? 0);
  }
  return Math.min(LONGEST_WAIT, sum || DEFAULT_WAIT);
}
