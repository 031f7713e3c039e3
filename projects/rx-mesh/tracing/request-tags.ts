import { isHttp, redactedUrl } from './request-url';
import type { SpanTagValue } from './trace-span';

type Tags = Record<string, SpanTagValue>;

// RFC 9110, PATCH of RFC 5789 and the QUERY method; a method may be any text, and the name of a span may not.
const METHODS = /^(?:CONNECT|DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT|QUERY|TRACE)$/;

/**
 * The name of the span of a request, never its path, of which there is no end; and what is known before it is sent, under
 * the names of OpenTelemetry.
 */
export function describeRequest(
  method: string,
  template: string | undefined,
  url: URL | undefined,
): { readonly name: string; readonly tags: Tags } {
  const tags: Tags = {};
  let name = method;
  if (METHODS.test(method)) {
    tags['http.request.method'] = method;
  } else {
    name = 'HTTP';
    tags['http.request.method'] = '_OTHER';
    tags['http.request.method_original'] = method;
  }
  if (template !== undefined) {
    name += ` ${template}`;
    tags['url.template'] = template;
  }
  if (url && isHttp(url)) {
    tags['url.full'] = redactedUrl(url);
    tags['server.address'] = url.hostname;
    tags['server.port'] = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  } else if (url) {
    tags['url.full'] = url.protocol; // a data: or blob: URL is all content
  }
  return { name, tags };
}
