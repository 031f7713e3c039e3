import type { OptionCheck } from 'rx-mesh/kernel';
import { parseBaseUrl } from '../../base-url';

/**
 * The URL of a registry, or none: a service of rx-mesh can be injected where nothing is configured, and complains when it is
 * used. The feature that sets it checks that there is one.
 *
 * @param option What a refusal names.
 */
export function urlOrNone(option: string): OptionCheck<string> {
  return (url) => {
    // Refuses by itself, for it repeats no secret.
    if (url !== '') parseBaseUrl(option, url);
    return undefined;
  };
}

/** The base of the URLs of a registry; `''` also where none is set. */
export function baseOf(option: string, url: string): string {
  return url === '' ? '' : parseBaseUrl(option, url).url;
}
