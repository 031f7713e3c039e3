import { type Rule, SchematicsException, chain, strings } from '@angular-devkit/schematics';
import { type GenerateOptions, filesAt, placeOf } from '../support/generate.js';
import { checkService } from '../support/names.js';

/** Options of `ng generate rx-mesh:gateway`; schema.json says what they mean. */
export interface GatewaySchema extends GenerateOptions {
  /** The service that answers. @default the name of the gateway */
  readonly service?: string;
  /** What stands in front of the path of every route. @default '/api' */
  readonly basePath?: string;
}

/** Makes a file with the routes of a gateway, and says how they are put in force. */
export function gateway(options: GatewaySchema): Rule {
  return async (tree, { logger }) => {
    const place = await placeOf(tree, options);
    const name = strings.dasherize(place.name);
    const service = options.service === '' ? name : (options.service ?? name);
    checkService(service);
    const basePath = options.basePath ?? '/api';
    if (!/^(?:\/[\w.~-]+)*$/.test(basePath)) {
      throw new SchematicsException(
        `The base path "${basePath}" cannot be used. It is empty, or a path such as /api: a slash in front, and none at the end.`,
      );
    }
    const routes = `${strings.camelize(name)}Routes`;
    return chain([
      filesAt(tree, place, ['gateway'], { service, basePath }),
      () => {
        logger.info(`To put ${routes} in force, give them to the providers of the application:
  provideHttpClient(withInterceptors([gatewayInterceptor]), withRxMeshInterceptors()),
  provideRxMesh(withGateway({ ${basePath ? `basePath: '${basePath}', ` : ''}routes: ${routes} }), ...),
The rest is said in the file.`);
      },
    ]);
  };
}
