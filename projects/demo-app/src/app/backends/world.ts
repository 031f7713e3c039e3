import { type EnvironmentProviders, makeEnvironmentProviders } from '@angular/core';
import { mockFeatures } from './mock-features';
import { type RealWorld } from './real-world';

// `npm run demo:live` puts world.live.ts in the place of this file.

/** What of the world is no mock: nothing. */
export const REAL: RealWorld = { instances: new Map() };

/** How events are kept and messages go. */
export const worldFeatures = mockFeatures;

/** What the world needs beside the mocks: nothing. */
export function provideWorld(): EnvironmentProviders {
  return makeEnvironmentProviders([]);
}
