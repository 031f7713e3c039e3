import { Injectable, inject } from '@angular/core';
import { CLOCK, InvalidOptionError } from 'rx-mesh/kernel';
import { Observable, defer, throwError } from 'rxjs';
import { METRICS_FETCH } from '../metrics-fetch';
import { shortAnswer } from '../otlp/short-answer';
import { GrafanaError } from './grafana-error';
import type { GrafanaDashboard } from './grafana-json';
import { type GrafanaDashboardOptions, grafanaDashboard } from './grafana-dashboard';
import { GRAFANA } from './with-grafana';

/** A mark at a time, or over a time, in the graphs of Grafana. */
export interface GrafanaAnnotation {
  /** What happened; not empty. */
  readonly text: string;
  /** By which dashboards choose what they show. @default none */
  readonly tags?: readonly string[] | undefined;
  /** When it happened, or began. @default now, by the wall clock */
  readonly time?: Date | undefined;
  /** When it ended; not before `time`. @default it took no time */
  readonly timeEnd?: Date | undefined;
  /** The dashboard that it belongs to. @default all that look for its tags */
  readonly dashboardUid?: string | undefined;
  /** The panel of that dashboard that it belongs to, a whole number of at least 1. @default the whole dashboard */
  readonly panelId?: number | undefined;
}

/** What Grafana made of an annotation. */
export interface GrafanaAnnotationReceipt {
  /** Its number there; `undefined` when the answer does not tell. */
  readonly id: number | undefined;
}

/**
 * Marks what happens in the graphs of Grafana, and makes dashboards for it.
 *
 * @usageNotes
 * ```ts
 * const grafana = inject(GrafanaService);
 * grafana.annotate({ text: 'Release 1.4.0', tags: ['release'] }).subscribe({ error: report });
 * const json = JSON.stringify(grafana.dashboard({ title: 'Shop' }));
 * ```
 */
@Injectable({ providedIn: 'root' })
export class GrafanaService {
  private readonly clock = inject(CLOCK);
  private readonly fetch = inject(METRICS_FETCH);
  private readonly options = inject(GRAFANA.token);

  /**
   * Writes an annotation when it is subscribed, once for each subscription: emits what became of it and completes.
   * Unsubscribing aborts it. It goes through `withGrafana({ url })`, which has to be a proxy: never ship a token to a page.
   *
   * Errors with a {@link GrafanaError} when there is no `withGrafana()`, no answer, or one that refuses; with an
   * InvalidOptionError when the annotation cannot be.
   */
  annotate(annotation: GrafanaAnnotation): Observable<GrafanaAnnotationReceipt> {
    return defer(() => {
      const fault = faultOf(annotation);
      if (fault) return throwError(() => fault);
      if (this.options.url === '') {
        return throwError(
          () =>
            new GrafanaError('Nobody has said where Grafana is: withGrafana({ url }) is missing.'),
        );
      }
      const { text, tags = [], time, timeEnd, dashboardUid, panelId } = annotation;
      const body = {
        dashboardUID: dashboardUid,
        panelId,
        time: time?.getTime() ?? Math.round(this.clock.now()),
        timeEnd: timeEnd?.getTime(),
        tags,
        text,
      };
      return this.post('/api/annotations', JSON.stringify(body));
    });
  }

  /** A dashboard for the metrics of rx-mesh, as {@link grafanaDashboard} makes it. Nothing is sent. */
  dashboard(options: GrafanaDashboardOptions): GrafanaDashboard {
    return grafanaDashboard(options);
  }

  private post(path: string, body: string): Observable<GrafanaAnnotationReceipt> {
    const { url, headers, timeout } = this.options;
    return new Observable((subscriber) => {
      const abort = new AbortController();
      const limit = this.clock.scheduler.schedule(() => {
        subscriber.error(new GrafanaError(`Grafana did not answer within ${timeout} ms.`));
      }, timeout);
      subscriber.add(limit);
      subscriber.add(() => abort.abort());
      const run = async (): Promise<GrafanaAnnotationReceipt> => {
        const response = await this.fetch(url.replace(/\/+$/, '') + path, {
          method: 'POST',
          headers: { ...headers, 'Content-Type': 'application/json' },
          body,
          signal: abort.signal,
          cache: 'no-store',
          // A proxy of the own origin knows the user by a cookie.
          credentials: 'same-origin',
          redirect: 'error',
          referrerPolicy: 'no-referrer',
        });
        const answer = await shortAnswer(response);
        if (response.ok) return { id: numberIn(answer) };
        throw refusal(response.status, wordsIn(answer));
      };
      run().then(
        (receipt) => {
          subscriber.next(receipt);
          subscriber.complete();
        },
        (cause: unknown) => {
          const unreached =
            'Grafana was not reached. It answers pages of its own origin only: put a proxy before it.';
          subscriber.error(
            cause instanceof GrafanaError
              ? cause
              : new GrafanaError(unreached, undefined, { cause }),
          );
        },
      );
    });
  }
}

function refusal(status: number, words: string): GrafanaError {
  const remedy =
    status === 401 || status === 403
      ? ' Let the proxy add a token of a service account that may write annotations.'
      : '';
  const said = words === '' ? '.' : `: ${words}.`;
  return new GrafanaError(`Grafana answered with status ${status}${said}${remedy}`, status);
}

function faultOf(annotation: GrafanaAnnotation): InvalidOptionError | undefined {
  const { text, tags = [], time, timeEnd, dashboardUid, panelId } = annotation;
  const refuse = (name: keyof GrafanaAnnotation, expected: string): InvalidOptionError =>
    new InvalidOptionError(`GrafanaAnnotation.${name}`, annotation[name], expected);
  if (typeof text !== 'string' || text === '') return refuse('text', 'a text that is not empty');
  if (!Array.isArray(tags) || tags.some((tag) => typeof tag !== 'string')) {
    return refuse('tags', 'a list of texts');
  }
  if (time && !(time.getTime() >= 0)) return refuse('time', 'a date since 1970');
  if (timeEnd && !(timeEnd.getTime() >= (time?.getTime() ?? 0))) {
    return refuse('timeEnd', 'a date that is not before time');
  }
  if (panelId === undefined) return undefined;
  if (!Number.isSafeInteger(panelId) || panelId < 1) {
    return refuse('panelId', 'a whole number of at least 1');
  }
  return dashboardUid === undefined ? refuse('panelId', 'set with a dashboardUid') : undefined;
}

// {"message":"Annotation added","id":1}, and {"message":"..."} when it refuses.
function memberOf(answer: string, name: 'id' | 'message'): unknown {
  try {
    const json = JSON.parse(answer) as Partial<Record<'id' | 'message', unknown>> | null;
    return json?.[name];
  } catch {
    return undefined;
  }
}

function numberIn(answer: string): number | undefined {
  const id = memberOf(answer, 'id');
  return typeof id === 'number' && Number.isSafeInteger(id) ? id : undefined;
}

function wordsIn(answer: string): string {
  const message = memberOf(answer, 'message');
  return typeof message === 'string' ? message.slice(0, 200).replace(/\.$/, '') : '';
}
