import { type Rule, chain, strings } from '@angular-devkit/schematics';
import { type GenerateOptions, filesAt, placeOf } from '../support/generate.js';

/** Makes a saga of two steps with its compensation, and a spec of both ways that it can end. */
export function saga(options: GenerateOptions): Rule {
  return async (tree, { logger }) => {
    const place = await placeOf(tree, options);
    const name = strings.camelize(place.name);
    return chain([
      filesAt(tree, place, options.skipTests ? ['saga'] : ['saga', 'saga.spec']),
      () => {
        logger.info(
          `${name}Saga(work) makes the saga. SagaOrchestratorService of rx-mesh/event-sourcing starts it; its file says how.`,
        );
      },
    ]);
  };
}
