import type { Tree } from '@angular-devkit/schematics';
import { hasTopLevelIdentifier, insertImport } from '@schematics/angular/utility/ast-utils';
import { type Change, applyToUpdateRecorder } from '@schematics/angular/utility/change';
import ts from 'typescript';

/** Reads a TypeScript file. */
export function parse(tree: Tree, path: string): ts.SourceFile {
  return ts.createSourceFile(path, tree.readText(path), ts.ScriptTarget.Latest, true);
}

/** The paths of the TypeScript files below a folder that an application may be made of: no specs, no declarations. */
export function sourcesIn(tree: Tree, folder: string): readonly string[] {
  const paths: string[] = [];
  tree.getDir(folder).visit((path) => {
    if (path.endsWith('.ts') && !/(\.spec|\.test|\.d)\.ts$|\/node_modules\//.test(path)) {
      paths.push(path);
    }
  });
  return paths.sort();
}

/** How a file calls a symbol that it imports by name; `undefined` when it does not import it. */
export function localNameOf(
  source: ts.SourceFile,
  symbol: string,
  module: RegExp,
): string | undefined {
  for (const statement of source.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) {
      continue;
    }
    const bindings = statement.importClause?.namedBindings;
    if (!bindings || !ts.isNamedImports(bindings) || !module.test(statement.moduleSpecifier.text)) {
      continue;
    }
    const found = bindings.elements.find(
      ({ name, propertyName }) => (propertyName ?? name).text === symbol,
    );
    if (found) return found.name.text;
  }
  return undefined;
}

/** The calls of an imported function in a file, as they stand there. */
export function callsOf(
  source: ts.SourceFile,
  symbol: string,
  module: RegExp,
): readonly ts.CallExpression[] {
  const local = localNameOf(source, symbol, module);
  const calls: ts.CallExpression[] = [];
  const visit = (node: ts.Node): void => {
    if (
      ts.isCallExpression(node) &&
      ts.isIdentifier(node.expression) &&
      node.expression.text === local
    ) {
      calls.push(node);
    }
    node.forEachChild(visit);
  };
  if (local !== undefined) visit(source);
  return calls;
}

/** The name under which a file may import a symbol that it does not have yet, and the change that imports it. */
export function importOf(
  source: ts.SourceFile,
  symbol: string,
  module: string,
): { readonly name: string; readonly change: Change } {
  const alias = hasTopLevelIdentifier(source, symbol, module) ? `${symbol}_alias` : undefined;
  return {
    name: alias ?? symbol,
    change: insertImport(source, source.fileName, symbol, module, false, alias),
  };
}

/** Writes changes into a file. */
export function applyChanges(tree: Tree, path: string, changes: readonly Change[]): void {
  const recorder = tree.beginUpdate(path);
  applyToUpdateRecorder(recorder, [...changes]);
  tree.commitUpdate(recorder);
}

/** The line break of a text. */
export function lineBreakOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

/** A text as a literal with single quotes. */
export function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
