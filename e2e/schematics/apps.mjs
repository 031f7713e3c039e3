// Applications in memory, as Angular's own schematics make them, and the schematics of the built package.
import { SchematicTestRunner } from '@angular-devkit/schematics/testing/index.js';
import { join } from 'node:path';
import { dist } from '../../tools/package-entries.mjs';

const COLLECTION = join(dist, 'schematics/collection.json');

export const CONFIG = 'src/app/app.config.ts';
export const EXAMPLE = 'src/app/rx-mesh-example.ts';

/** What `ng new` makes, but for the installation. */
export async function freshApp({ name = 'shop', ...options } = {}) {
  const runner = new SchematicTestRunner('rx-mesh', COLLECTION);
  const workspace = await runner.runExternalSchematic('@schematics/angular', 'workspace', {
    name,
    newProjectRoot: 'projects',
    version: '22.2.0',
  });
  return addApp(workspace, { name, projectRoot: '', ...options });
}

/** One application more. */
export function addApp(tree, options) {
  const runner = new SchematicTestRunner('rx-mesh', COLLECTION);
  return runner.runExternalSchematic(
    '@schematics/angular',
    'application',
    { routing: true, skipInstall: true, style: 'css', ...options },
    tree,
  );
}

/** A library in a workspace. */
export function addLibrary(tree, name) {
  const runner = new SchematicTestRunner('rx-mesh', COLLECTION);
  return runner.runExternalSchematic(
    '@schematics/angular',
    'library',
    { name, skipInstall: true },
    tree,
  );
}

/**
 * Runs a schematic of rx-mesh.
 *
 * @returns The files that it changed or made, with their text; what it said; and the tree as it is then.
 */
export async function generate(tree, schematic, options = {}) {
  const before = textsOf(tree);
  const runner = new SchematicTestRunner('rx-mesh', COLLECTION);
  const said = [];
  runner.logger.subscribe(({ level, message }) => said.push(`${level}: ${message}`));
  const after = await runner.runSchematic(schematic, options, tree);
  const changed = new Map([...textsOf(after)].filter(([path, text]) => before.get(path) !== text));
  return { tree: after, changed, said: said.join('\n') };
}

/** The message with which a schematic refuses, and it has to. Nothing may have changed then. */
export async function refusal(tree, schematic, options) {
  const before = textsOf(tree);
  let message;
  try {
    await generate(tree, schematic, options);
  } catch (error) {
    message = error.message;
  }
  if (message === undefined) throw new Error(`${schematic} took ${JSON.stringify(options)}`);
  for (const [path, text] of textsOf(tree)) {
    if (before.get(path) !== text) throw new Error(`${path} was changed by what was refused`);
  }
  return message;
}

/** Puts another text in the place of a file, or of a part of it that has to be there. */
export function edit(tree, path, from, to) {
  const text = tree.readText(path);
  if (!text.includes(from)) throw new Error(`${path} has no ${from}`);
  tree.overwrite(path, text.replace(from, to));
  return tree;
}

/** All files of a tree by their path. */
export const textsOf = (tree) =>
  new Map(
    tree.files
      .filter((path) => !path.endsWith('.ico'))
      .map((path) => [path.slice(1), tree.readText(path)]),
  );
