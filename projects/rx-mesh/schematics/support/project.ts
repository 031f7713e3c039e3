import { SchematicsException, type Tree } from '@angular-devkit/schematics';
import { readWorkspace } from '@schematics/angular/utility';
import { buildDefaultPath } from '@schematics/angular/utility/workspace';

/** What a schematic needs to know of a project. */
export interface Project {
  /** Its name in angular.json. */
  readonly name: string;
  /** Where its sources are, without a slash in front. */
  readonly sources: string;
  /** The folder that generated files go to. */
  readonly folder: string;
  /** What selectors begin with. */
  readonly prefix: string;
  /** Whether it can be built, so that it has a main file. */
  readonly builds: boolean;
}

/**
 * Finds a project of the workspace.
 *
 * @param name Its name. @default the only one of the type
 * @param type What it has to be; without it any.
 */
export async function projectOf(
  tree: Tree,
  name: string | undefined,
  type?: 'application',
): Promise<Project> {
  const { projects } = await readWorkspace(tree);
  const names = [...projects]
    .filter(([, { extensions }]) => !type || extensions['projectType'] === type)
    .map(([each]) => each);
  const wanted = name ?? (names.length === 1 ? names[0] : undefined);
  const kind = type ?? 'project';
  const choice = names.length > 0 ? `There ${are(names)}.` : `There is no ${kind} at all.`;
  if (wanted === undefined) {
    throw new SchematicsException(`Name the ${kind} that is meant by --project. ${choice}`);
  }
  const found = projects.get(wanted);
  if (!found) {
    throw new SchematicsException(`This workspace has no project "${wanted}". ${choice}`);
  }
  if (!names.includes(wanted)) {
    throw new SchematicsException(`The project "${wanted}" is no ${kind}. ${choice}`);
  }
  const { root, sourceRoot, prefix, targets } = found;
  return {
    name: wanted,
    sources: sourceRoot ?? (root ? `${root}/src` : 'src'),
    folder: buildDefaultPath(found),
    prefix: prefix ?? 'app',
    builds: targets.has('build'),
  };
}

function are(names: readonly string[]): string {
  return `${names.length === 1 ? 'is' : 'are'} ${names.map((name) => `"${name}"`).join(', ')}`;
}
