type Path = readonly string[];

/**
 * The parts of a value that have one of the paths; of a list, those of each entry. What is no object or list stays as it is: an error
 * text, for one. Names on the wire are data: no prototype is reached by them.
 */
export function pickFrom(value: unknown, paths: readonly Path[]): unknown {
  // A path that ends here wants all of it.
  if (paths.some((path) => path.length === 0)) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => pickFrom(item, paths));
  if (typeof value !== 'object' || value === null || !isPlain(value)) return value;
  const names = new Set(paths.flatMap(([name = '']) => name));
  const picked = Object.entries(value).flatMap(([name, field]: [string, unknown]) =>
    names.has(name)
      ? [[name, pickFrom(field, paths.filter(([first]) => first === name).map(rest))] as const]
      : [],
  );
  return Object.fromEntries(picked);
}

function rest(path: Path): Path {
  return path.slice(1);
}

// A blob has no fields to pick.
function isPlain(value: object): boolean {
  return Object.prototype.toString.call(value) === '[object Object]';
}
