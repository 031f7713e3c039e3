import { Injectable, inject } from '@angular/core';
import { createOptions, nonNegativeInteger } from 'rx-mesh/kernel';
import { Observable, catchError, defer, map, of, reduce } from 'rxjs';
import { CacheCodecError } from '../cache-errors';

/** From what length on texts are compressed. */
export interface CompressionValues {
  readonly threshold: number;
}

/** The options of compression. */
export const COMPRESSION = /* @__PURE__ */ createOptions<CompressionValues>(
  'CompressionOptions',
  { threshold: 2048 },
  { threshold: nonNegativeInteger },
);

// The first character of a text says which form it has.
const PLAIN = '=';
const DEFLATED = '~';
/** What compression must win at least: reading costs more then. */
const WORTH = 0.8;
/** The most characters that a text may have once it is decompressed: a few kB can hide gigabytes. */
const MOST = 16 * 1024 * 1024;

/**
 * Compresses texts by the streams of the platform, off the main path. What is short, what does not become smaller by a fifth,
 * and everything where the platform has no `CompressionStream`, stays as it is, behind a mark.
 *
 * @usageNotes
 * ```ts
 * inject(CompressionService).compress(text).pipe(map((packed) => packed.length));
 * ```
 */
@Injectable({ providedIn: 'root' })
export class CompressionService {
  private readonly threshold = inject(COMPRESSION.token).threshold;

  /** A text from which `decompress()` makes this one again. Emits once. */
  compress(text: string): Observable<string> {
    return defer(() => {
      const plain = PLAIN + text;
      // A lone surrogate does not survive UTF-8.
      if (text.length < this.threshold || /\p{Cs}/u.test(text)) return of(plain);
      return chunksOf(() => bodyOf(text).pipeThrough(new CompressionStream('deflate-raw'))).pipe(
        reduce((binary, bytes) => binary + binaryOf(bytes), ''),
        map((binary) => DEFLATED + btoa(binary)),
        map((packed) => (packed.length < WORTH * plain.length ? packed : plain)),
        // The platform has no such stream, or not this format.
        catchError(() => of(plain)),
      );
    });
  }

  /**
   * The text that was given to `compress()`. Emits once. Fails with a `CacheCodecError` when there is none, or when it is longer
   * than 16 MB.
   */
  decompress(text: string): Observable<string> {
    return defer(() => {
      if (text.startsWith(PLAIN)) return of(text.slice(1));
      if (!text.startsWith(DEFLATED)) throw refused('its text has no mark of its form');
      return chunksOf(() =>
        bodyOf(Uint8Array.from(atob(text.slice(1)), (char) => char.charCodeAt(0)))
          .pipeThrough(new DecompressionStream('deflate-raw'))
          .pipeThrough(new TextDecoderStream('utf-8', { fatal: true, ignoreBOM: true })),
      ).pipe(
        reduce((whole, part) => {
          if (whole.length + part.length > MOST) throw refused(`it is longer than ${MOST}`);
          return whole + part;
        }, ''),
        catchError((cause: unknown) => {
          throw cause instanceof CacheCodecError
            ? cause
            : refused('its text cannot be decompressed', cause);
        }),
      );
    });
  }
}

function refused(detail: string, cause?: unknown): CacheCodecError {
  return new CacheCodecError('$', detail, cause);
}

function bodyOf(content: string | Uint8Array<ArrayBuffer>): ReadableStream<BufferSource> {
  const { body } = new Response(content);
  if (!body) throw new TypeError('no body');
  return body;
}

// Whoever leaves, or has read too much, ends the stream.
function chunksOf<T>(open: () => ReadableStream<T>): Observable<T> {
  return new Observable<T>((subscriber) => {
    const reader = open().getReader();
    const pump = async (): Promise<void> => {
      try {
        for (;;) {
          const { done, value } = await reader.read();
          if (subscriber.closed) return;
          if (done) break;
          subscriber.next(value);
        }
        subscriber.complete();
      } catch (error) {
        subscriber.error(error);
      }
    };
    void pump();
    return () => void reader.cancel().catch(() => undefined);
  });
}

// In parts: a call takes only so many arguments.
function binaryOf(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += 8192) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return binary;
}
