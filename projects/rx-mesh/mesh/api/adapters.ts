export {
  REGISTRY_SOURCES,
  type RegistrySnapshot,
  type RegistrySource,
} from '../adapters/registry-source';
export { type StaticService, withStaticServices } from '../adapters/static-registry';
