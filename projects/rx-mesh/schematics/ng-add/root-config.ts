import { SchematicsException, type Tree } from '@angular-devkit/schematics';
import { getAppModulePath, isStandaloneApp } from '@schematics/angular/utility/ng-ast-utils';
import { findAppConfig } from '@schematics/angular/utility/standalone/app_config';
import {
  findBootstrapApplicationCall,
  findProvidersLiteral,
  getMainFilePath,
  isMergeAppConfigCall,
} from '@schematics/angular/utility/standalone/util';
import ts from 'typescript';
import type { Project } from '../support/project.js';

/** Where an application provides what all of it has. */
export interface RootConfig {
  /** The file. */
  readonly file: string;
  /** The list of providers; `undefined` where there is none yet. */
  readonly providers: ts.ArrayLiteralExpression | undefined;
}

/**
 * Finds where the application provides what all of it has.
 *
 * @param byHand What is to be written by hand where the application is not one that can be changed.
 */
export async function rootConfigOf(
  tree: Tree,
  project: Project,
  byHand: string,
): Promise<RootConfig> {
  const refuse = (reason: string): SchematicsException =>
    new SchematicsException(`${reason}\n${byHand}`);
  if (!project.builds) {
    throw refuse(`The project "${project.name}" has no build target, so its start is not known.`);
  }
  const main = await getMainFilePath(tree, project.name);
  if (!tree.exists(main)) throw refuse(`The main file ${main} of "${project.name}" is missing.`);
  if (!isStandaloneApp(tree, main)) {
    const module = modulePath(tree, main);
    throw refuse(
      module === undefined
        ? `No call of bootstrapApplication is in ${main}, so there is nothing that providers could be added to.`
        : `"${project.name}" starts from an NgModule (${module}). Only applications that start by bootstrapApplication are changed; ng generate @angular/core:standalone makes one of yours, and then ng generate rx-mesh:ng-add works. Or go on with the module:`,
    );
  }
  const call = findBootstrapApplicationCall(tree, main);
  const config = findAppConfig(call, tree, main);
  const second = call.arguments[1];
  if (!config) {
    if (!second || isMergeAppConfigCall(second)) return { file: main, providers: undefined };
    throw refuse(`The second argument of bootstrapApplication in ${main} cannot be followed.`);
  }
  const providers = findProvidersLiteral(config.node) ?? undefined;
  // A list that comes from elsewhere would be replaced by ours.
  const others = config.node.properties.some(
    (property) => ts.isSpreadAssignment(property) || property.name.getText() === 'providers',
  );
  if (!providers && others) {
    throw refuse(`The providers in ${config.filePath} are not a list that stands there.`);
  }
  return { file: config.filePath, providers };
}

function modulePath(tree: Tree, main: string): string | undefined {
  try {
    return getAppModulePath(tree, main);
  } catch {
    return undefined;
  }
}
