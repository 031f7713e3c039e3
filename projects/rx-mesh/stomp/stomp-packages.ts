import { InjectionToken } from '@angular/core';
import type { Observable } from 'rxjs';

declare const ngDevMode: boolean;

/** What is read of a frame of a broker. Its headers come from outside. */
export interface StompFrame {
  /** What it says of itself. */
  readonly headers: Readonly<Record<string, string>>;
  /** Its body as a text. */
  readonly body: string;
}

/** A frame with a message. */
export interface StompDelivery extends StompFrame {
  /** Tells the broker that it was taken. */
  ack(): void;
}

/** What is used of a `RxStomp`. */
export interface StompClient {
  /** The headers of the broker, after each login. */
  readonly serverHeaders$: Observable<StompFrame['headers']>;
  /** Emits with each login. */
  readonly connected$: Observable<unknown>;
  /** What the broker complains of. */
  readonly stompErrors$: Observable<StompFrame>;
  /** The receipts. */
  readonly unhandledReceipts$: Observable<StompFrame>;
  /** Messages that nobody watches. */
  readonly unhandledMessage$: Observable<StompFrame>;
  /** Frames that STOMP does not know. */
  readonly unhandledFrame$: Observable<StompFrame>;
  /** Sets options. */
  configure(config: object): void;
  /** Begins. */
  activate(): void;
  /** Ends. */
  deactivate(): Promise<void>;
  /** The messages of a destination. */
  watch(options: {
    readonly destination: string;
    readonly subHeaders: Record<string, string>;
    readonly subscribeOnlyOnce: boolean;
  }): Observable<StompDelivery>;
  /** Sends. */
  publish(message: {
    readonly destination: string;
    readonly headers: Record<string, string>;
    readonly body: string;
    readonly retryIfDisconnected: boolean;
  }): void;
}

/** What is used of the packages that speak STOMP. */
export interface StompPackages {
  /** Of `@stomp/rx-stomp`. */
  readonly RxStomp: new () => StompClient;
  /** Of `@stomp/stompjs`. */
  readonly Versions: new (versions: string[]) => object;
}

/**
 * Loads `@stomp/rx-stomp` and `@stomp/stompjs`. Both are chunks of their own, which no page loads before it connects.
 *
 * @default the installed packages
 */
export const STOMP_PACKAGES = new InjectionToken<() => Promise<StompPackages>>(
  ngDevMode ? 'rx-mesh STOMP_PACKAGES' : '',
  {
    providedIn: 'root',
    factory: () => async () => {
      const [{ RxStomp }, { Versions }] = await Promise.all([
        import('@stomp/rx-stomp'),
        import('@stomp/stompjs'),
      ]);
      return { RxStomp, Versions };
    },
  },
);
