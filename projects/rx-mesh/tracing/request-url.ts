import { isServer } from 'rx-mesh/kernel';

/** Reads a URL; `undefined` when it is none. */
export function parseUrl(text: string, base?: string): URL | undefined {
  // To ask first whether it is one would read it twice.
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}

/** Where a request goes. A relative URL starts from the base of the page. */
export function requestUrl(url: string, document: Document): URL | undefined {
  // A base that is none itself must not hide a URL that needs none.
  return parseUrl(url, baseOf(document)) ?? parseUrl(url);
}

type ServerDocument = Partial<Pick<Document, 'querySelector'>> & {
  readonly location: Location | null;
};

// The document of a server has no base: to ask for it throws. Angular looks for the element there, before it sends.
function baseOf(document: Document): string | undefined {
  if (!isServer()) return document.baseURI;
  const page = document as ServerDocument;
  const address = page.location?.href;
  const base = page.querySelector?.('base')?.getAttribute('href') ?? '';
  return parseUrl(base, address)?.href ?? address;
}

/** Whether it is a URL of a server. That of a blob has an origin as well, and that of data has none. */
export function isHttp({ protocol }: URL): boolean {
  return protocol === 'http:' || protocol === 'https:';
}

// OpenTelemetry's list (HTTP semantic conventions 1.44), and what else is commonly put into queries.
const SECRET =
  /^(?:awsaccesskeyid|x-amz-(?:credential|security-token|signature)|x-goog-(?:credential|signature)|sig|signature|token|(?:access|id|refresh)_token|api_?key|(?:client_)?secret|password)$/i;

/**
 * A URL as it may be shown: no user, no password, no value of a query parameter that is a secret by its name, and no
 * fragment, which is not sent either.
 */
export function redactedUrl(url: URL): string {
  const { username, password, search, hash } = url;
  if (!username && !password && !search && !hash) return url.href;
  const shown = new URL(url);
  if (username || password) shown.username = shown.password = 'REDACTED';
  // A copy of the names, for they change meanwhile. They are compared as a server reads them, decoded.
  for (const name of [...shown.searchParams.keys()]) {
    if (SECRET.test(name)) shown.searchParams.set(name, 'REDACTED');
  }
  shown.hash = '';
  return shown.href;
}
