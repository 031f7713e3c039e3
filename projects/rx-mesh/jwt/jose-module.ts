import { InjectionToken } from '@angular/core';
import type * as Jose from 'jose';

declare const ngDevMode: boolean;

/** The part of `jose` that is used. */
export type JoseModule = Pick<typeof Jose, 'createLocalJWKSet' | 'jwtVerify'>;

/**
 * Where `jose` comes from: a chunk of its own, which no page loads before there is a token. @default the installed package
 */
export const JOSE = new InjectionToken<() => Promise<JoseModule>>(ngDevMode ? 'rx-mesh JOSE' : '', {
  providedIn: 'root',
  factory: () => () => import('jose'),
});
