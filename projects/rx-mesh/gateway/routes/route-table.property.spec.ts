import fc from 'fast-check';
import findMyWay from 'find-my-way';
import { compileRoutes } from './compile-routes';
import { CompiledTable, type RouteTable } from './route-table';

type Found = { readonly template: string; readonly params: Record<string, string> } | undefined;

const aWord = fc.constantFrom('a', 'b', 'ab', 'constructor', 'x-1');
const aPart = fc.oneof(
  { weight: 3, arbitrary: aWord },
  { weight: 2, arbitrary: fc.constantFrom(':p', ':q') },
);
const shapeOf = (pattern: string): string => pattern.replace(/([:*])\w+/g, '$1');
const aPattern = fc
  .tuple(fc.array(aPart, { maxLength: 4 }), fc.boolean())
  .map(([parts, hasRest]) => {
    const named = parts.map((part, i) => (part.startsWith(':') ? part + String(i) : part));
    return `/${[...named, ...(hasRest ? ['*rest'] : [])].join('/')}`;
  });
const aTable = fc.uniqueArray(aPattern, { selector: shapeOf, minLength: 1, maxLength: 24 });
const aPath = fc
  .array(
    fc.oneof({ weight: 4, arbitrary: aWord }, { weight: 1, arbitrary: fc.constant('%C3%A4') }),
    {
      minLength: 1,
      maxLength: 6,
    },
  )
  .map((parts) => `/${parts.join('/')}`);

const partsOf = (path: string): readonly string[] =>
  path
    .split('/')
    .slice(1)
    .filter((part) => part !== '');
const rankOf = (part: string): number => (part.startsWith('*') ? 2 : part.startsWith(':') ? 1 : 0);

/** The parameters, if a pattern fits a path: read as the documentation has it, without any regard to speed. */
function fit(pattern: string, path: string): Record<string, string> | undefined {
  const parts = partsOf(path).map((part) => decodeURIComponent(part));
  const wanted = partsOf(pattern);
  const hasRest = wanted.at(-1)?.startsWith('*') ?? false;
  if (hasRest ? parts.length < wanted.length : parts.length !== wanted.length) return undefined;
  const params: Record<string, string> = {};
  for (const [i, part] of wanted.entries()) {
    if (rankOf(part) === 2) params[part.slice(1)] = parts.slice(i).join('/');
    else if (rankOf(part) === 1) params[part.slice(1)] = parts[i] ?? '';
    else if (part !== parts[i]) return undefined;
  }
  return params;
}

/** The best of all that fit: part by part, static before parameter before rest. */
function model(patterns: readonly string[], path: string): Found {
  const key = (pattern: string): string => partsOf(pattern).map(rankOf).join('');
  return patterns
    .flatMap((template) => {
      const params = fit(template, path);
      return params ? [{ template, params }] : [];
    })
    .sort((a, b) => (key(a.template) < key(b.template) ? -1 : 1))[0];
}

function ours(table: RouteTable, path: string): Found {
  const match = table.match({ method: 'GET', url: path });
  return match.kind === 'found'
    ? { template: match.template, params: { ...match.params } }
    : undefined;
}

const tableOf = (patterns: readonly string[]): RouteTable =>
  compileRoutes(
    patterns.map((path) => ({ path, method: 'GET', targetService: 's', targetPath: '/' })),
  );

describe(`${CompiledTable.name}, for any routes and paths`, () => {
  it('finds what the naive reading of the patterns finds', () => {
    fc.assert(
      fc.property(aTable, fc.array(aPath, { minLength: 1, maxLength: 12 }), (patterns, paths) => {
        const table = tableOf(patterns);
        for (const path of ['/', ...paths]) {
          expect([path, ours(table, path)]).toEqual([path, model(patterns, path)]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('finds what find-my-way finds', () => {
    fc.assert(
      fc.property(aTable, fc.array(aPath, { minLength: 1, maxLength: 12 }), (patterns, paths) => {
        const table = tableOf(patterns);
        const router = findMyWay();
        for (const pattern of patterns) {
          router.on('GET', pattern.replace('*rest', '*'), () => undefined, pattern);
        }
        for (const path of paths) {
          const found = router.find('GET', path);
          const params = Object.entries(found?.params ?? {}).map(([name, value]) => [
            name === '*' ? 'rest' : name,
            value,
          ]);
          const theirs = found
            ? { template: found.store as unknown, params: Object.fromEntries(params) as unknown }
            : undefined;
          expect([path, ours(table, path)]).toEqual([path, theirs]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('answers any text, and never gives a part that leads upwards', () => {
    const table = tableOf(['/:a', '/:a/*rest']);
    const piece = fc.constantFrom(
      '/',
      '.',
      '..',
      '%2e',
      '%2F',
      '%5c',
      '\\',
      '%',
      '%25',
      'a',
      '?',
      '\0',
      'é',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(piece).map((all) => `/${all.join('')}`),
        ),
        (url) => {
          const match = table.match({ method: 'GET', url });
          const values = match.kind === 'found' ? Object.values(match.params) : [];
          const parts = values.flatMap((value) => value.split('/'));
          expect(
            parts.filter(
              (part) => part === '.' || part === '..' || /[\\\0]|%[0-9a-f]{2}/i.test(part),
            ),
          ).toEqual([]);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
