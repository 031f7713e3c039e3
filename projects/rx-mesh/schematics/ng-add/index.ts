import {
  type Rule,
  type Tree,
  apply,
  applyTemplates,
  chain,
  mergeWith,
  move,
  noop,
  url,
} from '@angular-devkit/schematics';
import { addRootProvider } from '@schematics/angular/utility';
import { checkService, checkUrl } from '../support/names.js';
import { type Project, projectOf } from '../support/project.js';
import { callsOf, lineBreakOf, parse, quoted, sourcesIn } from '../support/source.js';
import { extendHttpClient, httpPlan } from './http-client.js';
import { type RootConfig, rootConfigOf } from './root-config.js';

/** Options of `ng add rx-mesh`; schema.json says what they mean. */
export interface NgAddSchema {
  /** The application. @default the only one */
  readonly project?: string;
  /** The name of the first service. @default 'orders' */
  readonly service?: string;
  /** Where it is. @default '/api' */
  readonly url?: string;
  /** Whether a service of another origin is told of traces. @default false */
  readonly traceHeaders?: boolean;
  /** Whether an example is made. @default true */
  readonly example?: boolean;
}

type Options = Required<Omit<NgAddSchema, 'project'>>;

const EXAMPLE = 'rx-mesh-example.ts';

/** Adds rx-mesh to an application. What is there already stays as it is, so that a second run changes nothing. */
export function ngAdd(given: NgAddSchema): Rule {
  return async (tree, { logger }) => {
    const { service = 'orders', traceHeaders = false, example = true } = given;
    const options: Options = { service, url: given.url ?? '/api', traceHeaders, example };
    checkService(service);
    checkUrl(options.url);
    const project = await projectOf(tree, given.project, 'application');
    const config = await rootConfigOf(tree, project, byHand(options));
    const files = sourcesIn(tree, project.sources);
    const isProvided = files.some(
      (file) => callsOf(parse(tree, file), 'provideRxMesh', /^rx-mesh$/).length > 0,
    );
    const plan = httpPlan(tree, config.file, files);
    if (isProvided) logger.info('provideRxMesh(...) is there already, and stays as it is.');
    if (plan.kind === 'tell') logger.warn(plan.message);
    if (!isProvided && isOtherOrigin(options.url) && !traceHeaders) {
      logger.info(
        `Trace headers go to the page's own origin only. Once the server of ${service} allows them (Access-Control-Allow-Headers: traceparent, tracestate), add withTracing({ allowedOrigins: [${quoted(new URL(options.url).origin)}] }) to provideRxMesh(...).`,
      );
    }
    return chain([
      // First, for it reads the file as it is now.
      plan.kind === 'extend' ? (host) => extendHttpClient(host, plan.file) : noop(),
      provide(project, config, {
        http: plan.kind === 'provide',
        mesh: isProvided ? undefined : options,
      }),
      example ? exampleIn(tree, project, service, (message) => logger.info(message)) : noop(),
    ]);
  };
}

/** Adds providers to the application, each in a line of its own where the others have one. */
function provide(
  project: Project,
  { file, providers }: RootConfig,
  { http, mesh }: { readonly http: boolean; readonly mesh: Options | undefined },
): Rule {
  if (!http && !mesh) return noop();
  const text = providers?.getSourceFile().text ?? '';
  const lineBreak = lineBreakOf(text);
  const last = providers?.elements.at(-1);
  const isSpread = !providers || !last || providers.getText().includes('\n');
  const indent = last && isSpread ? indentOf(text, last.getStart()) : '    ';
  const line = isSpread ? lineBreak + indent : ' ';
  return chain([
    addRootProvider(project.name, ({ code, external }) => {
      const lines: string[] = [];
      if (http) {
        lines.push(
          `${external('provideHttpClient', '@angular/common/http')}(${external('withRxMeshInterceptors', 'rx-mesh')}())`,
        );
      }
      if (mesh) {
        const features = featuresOf(mesh, (name) => external(name, 'rx-mesh'));
        const [before, after] = isSpread ? [`${line}  `, `,${line}`] : ['', ''];
        lines.push(
          `${external('provideRxMesh', 'rx-mesh')}(${before}${features.join(`,${before || ' '}`)}${after})`,
        );
      }
      // Angular puts a comma and a space in front: `tidy` takes that space away.
      const end = providers && !last ? `${lineBreak}  ` : '';
      return code`${isSpread ? line : ''}${lines.join(`,${line}`)}${end}`;
    }),
    (tree) => tidy(tree, file),
  ]);
}

function featuresOf(
  { service, url, traceHeaders }: Options,
  name: (symbol: string) => string,
): readonly string[] {
  const features = [
    `${name('withStaticServices')}([{ name: ${quoted(service)}, instances: [${quoted(url)}] }])`,
  ];
  if (traceHeaders && isOtherOrigin(url)) {
    const origin = quoted(new URL(url).origin);
    features.push(`${name('withTracing')}({ allowedOrigins: [${origin}] })`);
  }
  return features;
}

function tidy(tree: Tree, file: string): void {
  const text = tree.readText(file);
  const tidied = text.replace(/, (\r?\n\s+provide(?:HttpClient|RxMesh)(?:_alias)?\()/g, ',$1');
  if (tidied !== text) tree.overwrite(file, tidied);
}

/** The white space in front of what stands at a position. */
function indentOf(text: string, position: number): string {
  const start = text.lastIndexOf('\n', position) + 1;
  return /^[ \t]*/.exec(text.slice(start, position))?.[0] ?? '';
}

function exampleIn(
  tree: Tree,
  { folder, prefix }: Project,
  service: string,
  tell: (message: string) => void,
): Rule {
  const path = `${folder}/${EXAMPLE}`;
  if (tree.exists(path)) return noop();
  const selector = `${prefix || 'app'}-rx-mesh-example`;
  tell(
    `${path.replace(/^\//, '')} calls ${service} once: put <${selector} /> into a template, and RxMeshExample into the imports of its component.`,
  );
  return mergeWith(apply(url('./files'), [applyTemplates({ selector, service }), move(folder)]));
}

function isOtherOrigin(url: string): boolean {
  return !url.startsWith('/');
}

function byHand(options: Options): string {
  const features = featuresOf(options, (symbol) => symbol).join(', ');
  return `Add to its providers by hand:
  provideHttpClient(withInterceptorsFromDi(), withRxMeshInterceptors()),
  provideRxMesh(${features}),
from @angular/common/http and rx-mesh. Nothing was changed.`;
}
