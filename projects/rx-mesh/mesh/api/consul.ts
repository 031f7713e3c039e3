export { type ConsulOptions } from '../adapters/consul/consul-options';
export { ConsulService } from '../adapters/consul/consul-service';
export { withConsul } from '../adapters/consul/with-consul';
