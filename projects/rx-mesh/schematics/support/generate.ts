import {
  type Rule,
  SchematicsException,
  type Tree,
  apply,
  applyTemplates,
  filter,
  mergeWith,
  move,
  noop,
  strings,
  url,
} from '@angular-devkit/schematics';
import { parseName } from '@schematics/angular/utility/parse-name';
import { checkName } from './names.js';
import { projectOf } from './project.js';

/** Options of every schematic that makes files under a name. */
export interface GenerateOptions {
  /** The name, with or without a folder in front. */
  readonly name: string;
  /** The project. @default the only one */
  readonly project?: string;
  /** The folder. @default that of the project */
  readonly path?: string;
  /** Whether no spec is made. @default false */
  readonly skipTests?: boolean;
}

/** Where files go, and how they are called. */
export interface Place {
  /** The name without its folder. */
  readonly name: string;
  /** The folder. */
  readonly path: string;
}

/** Reads where the files go. Fails when the name cannot be used. */
export async function placeOf(tree: Tree, options: GenerateOptions): Promise<Place> {
  const folder = options.path ?? (await projectOf(tree, options.project)).folder;
  const { name, path } = parseName(folder, options.name);
  checkName(name);
  return { name, path };
}

/** Makes the files of the schematic from its templates. Fails when one is there already, and then makes none. */
export function filesAt(
  tree: Tree,
  { name, path }: Place,
  suffixes: readonly string[],
  values: object = {},
): Rule {
  const files = suffixes.map((suffix) => `${path}/${strings.dasherize(name)}.${suffix}.ts`);
  const taken = files.find((file) => tree.exists(file));
  if (taken !== undefined) {
    throw new SchematicsException(
      `${taken.replace(/^\//, '')} is there already. Choose another name, or remove the file.`,
    );
  }
  return mergeWith(
    apply(url('./files'), [
      suffixes.some((suffix) => suffix.endsWith('.spec'))
        ? noop()
        : filter((file) => !file.includes('__spec__')),
      // The name of a template does not say `.spec.`: specs of ours have no place in the package.
      applyTemplates({ ...strings, name, spec: 'spec', ...values }),
      move(path),
    ]),
  );
}
