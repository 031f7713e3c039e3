import { type RxMeshFeature, withBroadcastChannel, withIndexedDb, withMessaging } from 'rx-mesh';

/** Of the events, and of the channel between tabs. */
const DATABASE = 'rx-mesh-demo';

/** How long a tab waits for what another one answers, in milliseconds. */
export const MESSAGING = { requestTimeout: 3000 };

/** What happens to orders outlives the page, and all tabs of the browser see it. */
export function mockFeatures(): readonly RxMeshFeature[] {
  return [
    withIndexedDb({ name: DATABASE }),
    withMessaging(MESSAGING, withBroadcastChannel({ name: DATABASE })),
  ];
}
