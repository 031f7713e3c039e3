import { type RxMeshFeature, ɵmakeFeature } from 'rx-mesh/kernel';
import { GATEWAY, type GatewayOptions } from './gateway-options';
import { GatewayForwarder } from './pipeline/forward';
import { GatewayIds } from './pipeline/gateway-ids';
import { GatewayMetrics } from './pipeline/gateway-metrics';
import { GatewayQueue } from './pipeline/gateway-queue';
import { GatewayRunner } from './pipeline/gateway-run';
import { RouteSteps } from './pipeline/route-steps';
import { ReactiveApiGatewayService } from './reactive-api-gateway-service';
import { compileRoutes } from './routes/compile-routes';

/**
 * Sets up the gateway of the page: its routes at the start, and how much of it runs at once.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @throws RouteTableError when the routes cannot be used; those that a function makes are looked at when the gateway is first used.
 * @usageNotes
 * ```ts
 * provideRxMesh(
 *   withGateway({
 *     basePath: '/api',
 *     routes: [
 *       { path: '/orders/:id', method: 'GET', targetService: 'orders', targetPath: '/v2/orders/:id' },
 *     ],
 *   }),
 * );
 * ```
 */
export function withGateway(options: GatewayOptions = {}): RxMeshFeature<'gateway'> {
  const provided = GATEWAY.provide(options);
  // At the definition, where the mistake is.
  if (Array.isArray(options.routes)) compileRoutes(options.routes, { basePath: options.basePath });
  // With its parts, so that a lazy route can have a gateway of its own.
  return ɵmakeFeature('gateway', [
    provided,
    GatewayForwarder,
    GatewayIds,
    GatewayMetrics,
    GatewayQueue,
    GatewayRunner,
    ReactiveApiGatewayService,
    RouteSteps,
  ]);
}
