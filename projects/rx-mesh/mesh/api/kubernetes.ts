export { type AddressFamily } from '../adapters/kubernetes/endpoint-slices';
export { type KubernetesOptions } from '../adapters/kubernetes/kubernetes-options';
export { KubernetesService } from '../adapters/kubernetes/kubernetes-service';
export { withKubernetes } from '../adapters/kubernetes/with-kubernetes';
