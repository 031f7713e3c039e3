import type { Propagator } from './propagator';

/**
 * Several forms at once. It writes all of them, and reads the context of the first one that has any. Baggage comes from
 * all of them: of several values with one key, that of the first form counts.
 *
 * @usageNotes
 * ```ts
 * const propagator = compositePropagator(w3cPropagator, baggagePropagator(), b3Propagator());
 * providers: [{ provide: PROPAGATOR, useValue: propagator }];
 * ```
 */
export function compositePropagator(...propagators: readonly Propagator[]): Propagator {
  const baggageOf: NonNullable<Propagator['extractBaggage']> = (get) => {
    const all = propagators.map((one) => one.extractBaggage?.(get) ?? {});
    const entries = all.reverse().flatMap((baggage) => Object.entries(baggage));
    return entries.length > 0 ? Object.fromEntries(entries) : undefined;
  };
  return {
    fields: [...new Set(propagators.flatMap(({ fields }) => fields))],
    inject: (context, set) => {
      for (const propagator of propagators) propagator.inject(context, set);
    },
    extract: (get) => {
      for (const propagator of propagators) {
        const context = propagator.extract(get);
        if (!context) continue;
        const baggage = baggageOf(get);
        return baggage ? { ...context, baggage: { ...baggage, ...context.baggage } } : context;
      }
      return undefined;
    },
    extractBaggage: baggageOf,
  };
}
