export {
  RegistryRequestError,
  type RegistryFailure,
  isRegistryRequestError,
} from '../adapters/registry/registry-errors';
export {
  type InstanceUrl,
  type RegistryEntry,
  directUrl,
} from '../adapters/registry/registry-entry';
export { withTabSharing } from '../adapters/registry/tab-sharing';
export { REGISTRY_FETCH, type RegistryFetch } from '../adapters/registry/registry-request';
