import type { Clock, Diagnostics, RandomSource } from 'rx-mesh/kernel';
import { Subject } from 'rxjs';
import type { AlertEvent, AlertGroup } from './alert';
import type { AlertChannel } from './alert-channel';
import type { RoutedGroups } from './alert-engine';
import { type AlertRoute, DirectRoute, GroupedRoute, type GroupingOptions } from './alert-routes';
import { AlertSender } from './alert-sender';

/** What an {@link AlertDispatcher} needs of the world. */
export interface DispatcherPorts {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly diagnostics: Diagnostics;
  /** Told of what became of each group. */
  readonly told: (event: AlertEvent) => void;
}

/** Brings what is to be told to those who tell it: all channels share one grouping, but for those that want none. */
export class AlertDispatcher {
  readonly #grouped: GroupedRoute;
  readonly #lines: readonly { readonly route: AlertRoute; readonly sender: AlertSender }[];
  readonly #groups = new Subject<AlertGroup>();

  /** The groups, whether or not there is a channel. */
  readonly groups$ = this.#groups.asObservable();

  constructor(
    channels: readonly AlertChannel[],
    options: GroupingOptions,
    { told, ...ports }: DispatcherPorts,
  ) {
    this.#grouped = new GroupedRoute(options);
    this.#lines = channels.map((channel) => {
      const { name, resendDelay } = channel;
      const settled = (type: 'notified' | 'undelivered', group: AlertGroup) =>
        told({ type, channel: name, group, at: new Date(ports.clock.now()) });
      return {
        route: resendDelay === undefined ? this.#grouped : new DirectRoute(resendDelay),
        sender: new AlertSender(channel, { ...ports, settled }),
      };
    });
  }

  /** How alerts go; each is there once. */
  get routes(): readonly AlertRoute[] {
    return [...new Set([this.#grouped, ...this.#lines.map(({ route }) => route)])];
  }

  /** Hands out what is to be told. */
  send(routed: readonly RoutedGroups[]): void {
    for (const { groups, route } of routed) {
      for (const group of groups) {
        if (route === this.#grouped) this.#groups.next(group);
        for (const line of this.#lines) if (line.route === route) line.sender.send(group);
      }
    }
  }

  /** Tells at once what waits: the page may be over. */
  leave(): void {
    for (const { sender } of this.#lines) sender.leave();
  }

  /** Tells at once what waits, and takes no more. */
  stop(): void {
    for (const { sender } of this.#lines) sender.stop();
  }
}
