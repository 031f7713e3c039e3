import { retryAfterOf } from 'rx-mesh/resilience';
import { type Observable, defer, map } from 'rxjs';
import { RegistryRequestError } from '../registry/registry-errors';
import {
  type RegistryAnswer,
  type RegistryRequest,
  type RequestPorts,
  askRegistry,
} from '../registry/registry-request';
import { baseOf } from '../registry/registry-url';
import { type EurekaValues, authorizationOf } from './eureka-options';
import { type EurekaAnswer, readEureka } from './eureka-wire';

/** What a request to Eureka is, beside its base and headers. */
export interface EurekaRequest {
  /** Below the base, with a slash in front. */
  readonly path: string;
  readonly method?: RegistryRequest['method'];
  /** JSON. */
  readonly body?: string | undefined;
}

/** The requests of the REST interface of one Eureka. Each is sent when it is subscribed, and aborted when it is left. */
export class EurekaRequests {
  readonly #base: string;

  constructor(
    private readonly ports: RequestPorts,
    private readonly options: EurekaValues,
  ) {
    this.#base = baseOf('EurekaOptions.url', options.url);
  }

  /** Reads instances. Fails with a `RegistryRequestError`, also when the answer is none of Eureka. */
  read(path: '/apps' | '/apps/delta'): Observable<EurekaAnswer> {
    return this.send({ path }).pipe(
      map(({ text }) => {
        const answer = readEureka(parseJson(text));
        if (answer) return answer;
        const malformed = text.trimStart().startsWith('<')
          ? 'no JSON but XML or HTML. A proxy must pass the header Accept on'
          : 'no list of applications';
        throw new RegistryRequestError('eureka', this.urlOf(path), { malformed });
      }),
    );
  }

  /** Sends a request. Fails with a `RegistryRequestError` unless the answer says yes. */
  send(request: EurekaRequest): Observable<RegistryAnswer> {
    return defer(() => {
      const whole: RegistryRequest = {
        registry: 'eureka',
        url: this.urlOf(request.path),
        method: request.method,
        headers: this.headers(request.body),
        body: request.body,
        timeout: this.options.requestTimeout,
      };
      return askRegistry(this.ports, whole);
    }).pipe(
      map((answer) => {
        const { status, text } = answer;
        if (status >= 200 && status < 300) return answer;
        throw new RegistryRequestError('eureka', this.urlOf(request.path), {
          status,
          text,
          retryAfter: retryAfterOf(answer, this.ports.clock),
          remedy: REMEDIES.get(status) ?? '',
        });
      }),
    );
  }

  /**
   * Sends a request that outlives the page, and waits for no more than that it is sent and answered.
   *
   * @throws what `fetch` throws.
   */
  async sendLast({ path, method = 'GET' }: EurekaRequest): Promise<void> {
    const response = await this.ports.fetch(this.urlOf(path), {
      method,
      headers: this.headers(),
      keepalive: true,
      cache: 'no-store',
      credentials: 'same-origin',
      redirect: 'error',
      referrerPolicy: 'no-referrer',
    });
    await response.body?.cancel();
  }

  private urlOf(path: string): string {
    return this.#base + path;
  }

  // No others: a header that a proxy does not know may be one too many.
  private headers(body?: string): Record<string, string> {
    const authorization = authorizationOf(this.options.authorization);
    return {
      Accept: 'application/json',
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...(authorization !== '' && { Authorization: authorization }),
    };
  }
}

const REMEDIES: ReadonlyMap<number, string> = /* @__PURE__ */ new Map([
  [401, 'set authorization of withEureka()'],
  [403, 'it is still reading from its peers, or does not accept the authorization'],
  [404, 'it does not know that, or url of withEureka() is not what stands before /apps'],
]);

/** The path of an application, or of an instance of it. */
export function pathOf(app: string, id?: string): string {
  const path = `/apps/${encodeURIComponent(app)}`;
  return id === undefined ? path : `${path}/${encodeURIComponent(id)}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
