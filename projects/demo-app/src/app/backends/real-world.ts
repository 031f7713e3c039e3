/** What of the world is no mock: where it is, as a browser reaches it. */
export interface RealWorld {
  /** Another one each time the servers are started: with empty hands. */
  readonly run?: string | undefined;
  /** Instances of services, by their ids. With none of them the services are mocks. */
  readonly instances: ReadonlyMap<string, string>;
  /** NATS, by a WebSocket. */
  readonly nats?: string | undefined;
  /** Redis, by Webdis. */
  readonly redis?: string | undefined;
  /** Where metrics are pushed to. */
  readonly push?: string | undefined;
  /** Prometheus. */
  readonly prometheus?: string | undefined;
  /** Alertmanager. */
  readonly alertmanager?: string | undefined;
}
