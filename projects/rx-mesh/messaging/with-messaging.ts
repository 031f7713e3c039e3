import { type RxMeshFeature, ɵmakeFeature } from 'rx-mesh/kernel';
import { CONSUMER, type ConsumerOptions } from './consumer-options';
import { MESSAGING, type MessagingOptions } from './messaging-options';

/**
 * Sets the limits of messages, what consumers do where they say nothing else, and what carries the messages. Without it the
 * defaults hold, and messages stay in the page.
 *
 * @param options What differs from the defaults; `consumer` is for all consumers.
 * @param transports What carries the messages, such as `withBroadcastChannel()`; they may as well stand beside it.
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(withMessaging({ consumer: { maxDeliver: 3 } }, withBroadcastChannel({ name: 'shop' })));
 * ```
 */
export function withMessaging(
  { consumer, ...options }: MessagingOptions & { readonly consumer?: ConsumerOptions } = {},
  ...transports: readonly RxMeshFeature[]
): RxMeshFeature<'messaging'> {
  return ɵmakeFeature('messaging', [
    MESSAGING.provide(options),
    CONSUMER.provide(consumer),
    ...transports.flatMap(({ ɵproviders }) => ɵproviders),
  ]);
}
