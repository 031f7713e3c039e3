import { Injectable, inject } from '@angular/core';
import { CLOCK } from 'rx-mesh/kernel';
import { type Observable, Subject, defer, ignoreElements, map, merge, tap } from 'rxjs';
import { baseOf } from '../registry/registry-url';
import { fieldOf, objectOf, textOr } from '../registry/json-reader';
import { RegistryRequestError } from '../registry/registry-errors';
import {
  type BodyLimit,
  REGISTRY_FETCH,
  type RegistryRequest,
  askRegistry,
  sendToRegistry,
  textOf,
} from '../registry/registry-request';
import { SERVICE_LABEL } from './endpoint-slices';
import { type TextLine, readLines } from './json-lines';
import { KUBERNETES, servicesOf, tokenOf } from './kubernetes-options';
import {
  KUBERNETES_NAME,
  type KubernetesStatus,
  refusal,
  retryAfterOf,
  statusOfText,
} from './kubernetes-status';

/** One page of a list. */
export interface SlicePage {
  /** What stands in it, as it came. */
  readonly items: readonly unknown[];
  /** The version of the whole list. */
  readonly version: string;
  /** What to ask for the next page with; `''` after the last. */
  readonly next: string;
}

/** The two requests to the API of Kubernetes that the mesh needs. */
@Injectable({ providedIn: 'root' })
export class KubernetesRequests {
  private readonly options = inject(KUBERNETES.token);
  private readonly ports = { clock: inject(CLOCK), fetch: inject(REGISTRY_FETCH) };

  /** What the slices are, without any question of a certain request. */
  readonly url = `${baseOf('KubernetesOptions.url', this.options.url)}/apis/discovery.k8s.io/v1/namespaces/${this.options.namespace}/endpointslices`;

  private readonly selector = selectorOf(
    [...(servicesOf(this.options)?.keys() ?? [])],
    this.options.labelSelector,
  );

  /** Reads a page of the list. @param limit How many slices it has; 0 for all. */
  page(limit: number, next: string): Observable<SlicePage> {
    return defer(() => {
      const url = this.ask(
        ...(limit > 0 ? [['limit', String(limit)] as const] : []),
        ...(next === '' ? [] : [['continue', next] as const]),
      );
      return askRegistry(this.ports, this.request(url, this.options.requestTimeout)).pipe(
        map(({ status, headers, text }) => {
          if (status !== 200) throw this.refused(url, status, headers, text);
          return readPage(url, text);
        }),
      );
    });
  }

  /**
   * Opens a watch and gives its lines, all of a chunk at once. Completes when the server ends it. Fails with a
   * `RegistryRequestError`, also after `idle` milliseconds without a byte.
   */
  watch(version: string, seconds: number, idle: number): Observable<readonly TextLine[]> {
    return defer(() => {
      const url = this.ask(
        ['watch', 'true'],
        ['allowWatchBookmarks', 'true'],
        ['resourceVersion', version],
        ['timeoutSeconds', String(seconds)],
      );
      const lines = new Subject<readonly TextLine[]>();
      const read = async (response: Response, limit: BodyLimit): Promise<void> => {
        if (response.status !== 200) {
          const text = await textOf(response);
          throw this.refused(url, response.status, response.headers, text);
        }
        if (response.body) await this.read(url, response.body, limit, lines);
      };
      // A proxy that buffers holds back the head as well: it may take as long as the watch.
      const sent = sendToRegistry(this.ports, this.request(url, idle), read);
      return merge(lines, sent.pipe(tap({ finalize: () => lines.complete() }), ignoreElements()));
    });
  }

  /** The error of a `Status` in a watch. */
  refusedBy(status: KubernetesStatus): RegistryRequestError {
    return refusal(this.url, status, this.options.namespace);
  }

  private async read(
    url: string,
    body: ReadableStream<Uint8Array>,
    limit: BodyLimit,
    lines: Subject<readonly TextLine[]>,
  ): Promise<void> {
    try {
      await readLines(body, (chunk) => {
        limit.restart();
        lines.next(chunk);
      });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new RegistryRequestError(KUBERNETES_NAME, url, { malformed: error.message });
    }
  }

  private ask(...more: readonly (readonly [string, string])[]): string {
    const query = [['labelSelector', this.selector] as const, ...more];
    return `${this.url}?${query.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&')}`;
  }

  private request(url: string, timeout: number): RegistryRequest {
    const token = tokenOf(this.options);
    return {
      registry: KUBERNETES_NAME,
      url,
      timeout,
      headers: {
        Accept: 'application/json',
        ...(token !== '' && { Authorization: `Bearer ${token}` }),
      },
    };
  }

  private refused(
    url: string,
    status: number,
    headers: Headers,
    text: string,
  ): RegistryRequestError {
    const retryAfter = retryAfterOf(headers.get('Retry-After'), this.ports.clock.now());
    return refusal(
      url,
      { ...statusOfText(text), code: status },
      this.options.namespace,
      retryAfter,
    );
  }
}

// Many servers refuse a line of a request above 8 KiB.
const LONGEST_SELECTOR = 4000;

function selectorOf(services: readonly string[], further: string): string {
  const named =
    services.length === 1
      ? `${SERVICE_LABEL}=${services.join('')}`
      : `${SERVICE_LABEL} in (${services.join(',')})`;
  // Too many to name: all of the namespace are read, and those that nobody asked for are not heeded.
  const few = services.length > 0 && named.length <= LONGEST_SELECTOR;
  return [few ? named : SERVICE_LABEL, ...(further === '' ? [] : [further])].join(',');
}

function readPage(url: string, text: string): SlicePage {
  const malformed = (what: string): RegistryRequestError =>
    new RegistryRequestError(KUBERNETES_NAME, url, { malformed: what });
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    throw malformed('no JSON');
  }
  const items = fieldOf(list, 'items');
  if (!objectOf(list) || (items !== null && !Array.isArray(items))) throw malformed('no list');
  const metadata = fieldOf(list, 'metadata');
  const version = textOr(fieldOf(metadata, 'resourceVersion'));
  // From such a version a watch begins with all that there is, and never says what is gone.
  if (version === '' || version === '0') throw malformed('a list without a version');
  return { items: items ?? [], version, next: textOr(fieldOf(metadata, 'continue')) };
}
