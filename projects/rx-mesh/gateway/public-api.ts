export {
  GatewayError,
  type GatewayStatus,
  type Problem,
  RouteTableError,
  isGatewayError,
  isRouteTableError,
} from './gateway-errors';
export { gatewayInterceptor } from './gateway-interceptor';
export { GATEWAY, type GatewayOptions, type GatewayValues } from './gateway-options';
export {
  type AuthConfig,
  type CacheConfig,
  type GatewayNext,
  type GatewayUser,
  type MiddlewareFunction,
  type RateLimitConfig,
  type RequestContext,
  type RouteConfig,
  type RoutePredicates,
} from './route-config';
export { authentication } from './middleware/authentication-middleware';
export { AuthenticationService } from './middleware/authentication-service';
export { authorization } from './middleware/authorization-middleware';
export { bodyLimit } from './middleware/body-limit-middleware';
export { type AnswerCachePorts, answerCache } from './middleware/cache-middleware';
export { RequestKeys, type RequestKey } from './middleware/request-keys';
export { coalescing } from './middleware/coalesce-middleware';
export { rateLimit } from './middleware/rate-limit-middleware';
export {
  type RequestIdOptions,
  type RequestIds,
  requestIds,
} from './middleware/request-id-middleware';
export {
  TOKEN_SOURCE,
  TOKEN_VALIDATOR,
  type TokenSource,
  type TokenValidator,
  tokenRefused,
} from './middleware/token-ports';
export {
  type GatewayTransformer,
  type RequestTransformer,
  type ResponseTransformer,
  type TargetTransformer,
  transformation,
} from './middleware/transformation-middleware';
export {
  type HeaderValue,
  type TransformedPart,
  mapBody,
  pickFields,
  removeHeaders,
  rewritePath,
  setHeaders,
} from './middleware/transformers';
export { type TokenOptions } from './middleware/token-options';
export { type TokenSetup, withTokens } from './middleware/with-tokens';
export {
  type AggregateBodies,
  type AggregateCall,
  type AggregateConfig,
  type AggregatePart,
  aggregate,
} from './pipeline/aggregate';
export { composeMiddleware } from './pipeline/compose';
export { SKIP_GATEWAY } from './pipeline/forward';
export {
  type GatewayLatency,
  type GatewayReport,
  type RouteMetrics,
} from './pipeline/gateway-metrics';
export {
  type GatewayErrorDetails,
  gatewayError,
  toGatewayError,
  toHttpError,
} from './pipeline/problem';
export { type ProcessedRequest, type ServedBy } from './pipeline/processed-request';
export { ReactiveApiGatewayService } from './reactive-api-gateway-service';
export { type RouteTableOptions, compileRoutes } from './routes/compile-routes';
export {
  type OpenApiImport,
  type OpenApiImportOptions,
  routesFromOpenApi,
} from './routes/openapi-import';
export { type RouteRequest } from './routes/request-facts';
export { type RouteMatch, type RouteTable } from './routes/route-table';
export { targetPathOf } from './routes/target-path';
export { withGateway } from './with-gateway';
