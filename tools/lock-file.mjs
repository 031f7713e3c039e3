// What the two lock file tools know about a package-lock.json.

/** The optional dependencies that a lock file names without an entry of their own, which `npm ci` refuses. */
export function missingOptionals({ packages }) {
  return Object.entries(packages).flatMap(([path, parent]) =>
    Object.entries(parent.optionalDependencies ?? {})
      .filter(
        ([name]) => !placesFrom(path).some((place) => packages[`${place}node_modules/${name}`]),
      )
      .map(([name, version]) => ({ name, version, parent, path })),
  );
}

/** The folders in which Node looks for a package that `path` imports: its own, then each one above. */
function placesFrom(path) {
  if (!path) return [''];
  const above = path.lastIndexOf('node_modules/');
  return [`${path}/`, ...placesFrom(path.slice(0, Math.max(above - 1, 0)))];
}
