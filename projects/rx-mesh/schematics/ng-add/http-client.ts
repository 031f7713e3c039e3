import type { Tree } from '@angular-devkit/schematics';
import { InsertChange } from '@schematics/angular/utility/change';
import type ts from 'typescript';
import {
  applyChanges,
  callsOf,
  importOf,
  lineBreakOf,
  localNameOf,
  parse,
} from '../support/source.js';

const HTTP = /^@angular\/common\/http$/;
const RX_MESH = /^rx-mesh(\/|$)/;

/** What is to be done so that requests of HttpClient are traced and measured. */
export type HttpPlan =
  /** It is done already. */
  | { readonly kind: 'done' }
  /** HttpClient is not provided yet. */
  | { readonly kind: 'provide' }
  /** The call of provideHttpClient in this file gets one feature more. */
  | { readonly kind: 'extend'; readonly file: string }
  /** Nobody can say for sure; this is for the user to read. */
  | { readonly kind: 'tell'; readonly message: string };

/**
 * Looks what is to be done.
 *
 * @param config The file in which the application provides what all of it has.
 * @param files All files of the application.
 */
export function httpPlan(tree: Tree, config: string, files: readonly string[]): HttpPlan {
  const root = parse(tree, config);
  if (traces(root)) return { kind: 'done' };
  if (provides(root).length > 0) return { kind: 'extend', file: config };
  const others = files.filter((file) => !isSame(file, config)).map((file) => parse(tree, file));
  if (others.some(traces)) return { kind: 'done' };
  if (localNameOf(root, 'HttpClientModule', HTTP) !== undefined) {
    return {
      kind: 'tell',
      message: `${shown(config)} imports HttpClientModule, which takes no interceptor functions. Replace it by provideHttpClient(withInterceptorsFromDi(), withRxMeshInterceptors()), so that requests are traced and measured.`,
    };
  }
  const elsewhere = others.filter((source) => provides(source).length > 0);
  if (elsewhere.length > 0) {
    const names = elsewhere.map(({ fileName }) => shown(fileName)).join(', ');
    return {
      kind: 'tell',
      message: `provideHttpClient(...) is not called in ${shown(config)}, but in ${names}. Add withRxMeshInterceptors() of rx-mesh to that call, so that requests are traced and measured.`,
    };
  }
  return { kind: 'provide' };
}

/** Gives the call of provideHttpClient in a file one feature more, behind those that it has. */
export function extendHttpClient(tree: Tree, file: string): void {
  const source = parse(tree, file);
  const [call] = provides(source);
  if (!call) return;
  const { name, change } = importOf(source, 'withRxMeshInterceptors', 'rx-mesh');
  const last = call.arguments.at(-1);
  const at = last ? last.getEnd() : call.getEnd() - 1;
  const before = last ? `,${separator(source, call, last)}` : '';
  applyChanges(tree, file, [new InsertChange(file, at, `${before}${name}()`), change]);
}

function provides(source: ts.SourceFile): readonly ts.CallExpression[] {
  return callsOf(source, 'provideHttpClient', HTTP);
}

/** Whether a file registers the interceptors, also one by one. */
function traces(source: ts.SourceFile): boolean {
  return (
    callsOf(source, 'withRxMeshInterceptors', RX_MESH).length > 0 ||
    (provides(source).length > 0 &&
      localNameOf(source, 'tracingInterceptor', RX_MESH) !== undefined)
  );
}

/** A line of its own where each argument has one. */
function separator(source: ts.SourceFile, call: ts.CallExpression, last: ts.Expression): string {
  const { text } = source;
  const start = last.getStart();
  const line = source.getLineAndCharacterOfPosition(start);
  if (source.getLineAndCharacterOfPosition(call.getStart()).line === line.line) return ' ';
  const lead = text.slice(start - line.character, start);
  return /^\s*$/.test(lead) ? lineBreakOf(text) + lead : ' ';
}

function isSame(one: string, other: string): boolean {
  return shown(one) === shown(other);
}

function shown(path: string): string {
  return path.replace(/^\//, '');
}
