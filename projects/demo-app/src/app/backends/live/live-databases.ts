/** What the databases of the live demo are called: the log of each run is another one, and so is what is made of it. */
const PREFIX = 'rx-mesh-demo-live-';

/** The name of the database of a run. */
export function liveDatabase(run = ''): string {
  return `${PREFIX}${run}`;
}

/** Throws away what runs of before have left in this browser. A browser that does not tell what it has keeps it. */
export async function dropOldDatabases(
  factory: IDBFactory,
  run: string | undefined,
): Promise<void> {
  const databases = await factory.databases();
  for (const { name } of databases) {
    if (name?.startsWith(PREFIX) && name !== liveDatabase(run)) factory.deleteDatabase(name);
  }
}
