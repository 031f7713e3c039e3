export { type EurekaOptions } from '../adapters/eureka/eureka-options';
export { EurekaService } from '../adapters/eureka/eureka-service';
export { withEureka } from '../adapters/eureka/with-eureka';
