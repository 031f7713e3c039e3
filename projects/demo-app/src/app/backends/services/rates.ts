import { type FetchHandler, json, jsonApi, problem } from '../json-api';

// What one euro buys. A snapshot: the demo has no network.
const PER_EURO: ReadonlyMap<string, number> = new Map([
  ['EUR', 1],
  ['USD', 1.1642],
  ['GBP', 0.8723],
  ['SEK', 10.985],
  ['JPY', 176.41],
  ['CHF', 0.9327],
]);

/**
 * `GET /rates`, `GET /rates/:currency`: the API of another company. Its origin is not on the list of origins that may
 * see trace headers, so no request to it carries one.
 */
export function ratesService(instance: string): FetchHandler {
  return jsonApi(instance, [
    {
      method: 'GET',
      path: '/rates',
      handle: () => json({ base: 'EUR', rates: Object.fromEntries(PER_EURO) }),
    },
    {
      method: 'GET',
      path: '/rates/:currency',
      handle: ({ param }) => {
        const rate = PER_EURO.get(param('currency').toUpperCase());
        return rate === undefined
          ? problem(404, 'Not found', `There is no rate for ${param('currency')}.`)
          : json({ base: 'EUR', currency: param('currency').toUpperCase(), rate });
      },
    },
  ]);
}
