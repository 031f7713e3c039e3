import type { ObservableInput } from 'rxjs';

/** Writes values as texts for the second level, and reads them. */
export interface CacheCodec {
  /** A short name, kept beside each text: what another codec has written is not read. Letters, digits and `-`. */
  readonly name: string;
  /** The value as a text. Throws, or fails, for a value that it could not give back as it is. */
  encode(value: unknown): ObservableInput<string>;
  /** The value of a text. Throws, or fails, when there is none. */
  decode(text: string): ObservableInput<unknown>;
}
