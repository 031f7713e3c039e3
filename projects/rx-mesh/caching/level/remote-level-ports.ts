import type { CacheCodec } from '../cache-codec';
import type { RemoteLinkPorts } from './remote-link';

/** What a second level is made of. */
export interface RemoteLevelPorts extends RemoteLinkPorts {
  /** How values are written. */
  readonly codec: CacheCodec;
  /**
   * Whose values are kept now; `undefined` or `''`: nobody's, only what is for all. It can be read in the keys of the second level: give
   * an id that says nothing by itself, not an e-mail address. At most 128 characters.
   */
  readonly scope: () => string | undefined;
}
