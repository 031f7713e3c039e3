import { SchematicsException } from '@angular-devkit/schematics';

/** Checks the name of what is generated: it becomes the name of a file, a class and a saga. */
export function checkName(name: string): void {
  if (/^[a-z][\w-]{0,63}$/i.test(name)) return;
  throw new SchematicsException(
    `The name "${name}" cannot be used. It begins with a letter, and has up to 63 more: letters, digits, "-" and "_".`,
  );
}

/** Checks the name of a service. */
export function checkService(service: string): void {
  if (/^[a-z\d][\w.-]{0,127}$/i.test(service)) return;
  throw new SchematicsException(
    `The service "${service}" cannot be named so. It begins with a letter or a digit, and has letters, digits, ".", "_" and "-" only.`,
  );
}

/** Checks the address of an instance, as the library does at the start of the application. */
export function checkUrl(url: string): void {
  const refuse = (reason: string): SchematicsException =>
    new SchematicsException(
      `The URL "${url.replace(/\/\/[^/]*@/, '//***@')}" cannot be used: ${reason}. It is an http(s) URL such as https://api.example.com/orders, or a path of the page's own origin such as /api.`,
    );
  if (/^\/(?![/\\])/.test(url) && URL.canParse(url, OWN)) {
    const { origin, search, hash, pathname } = new URL(url, OWN);
    if (origin !== OWN || pathname.startsWith('//')) throw refuse('it leads to another host');
    if (search !== '' || hash !== '') throw refuse('a query or fragment belongs to each call');
    return;
  }
  if (!URL.canParse(url)) throw refuse('it is neither');
  const { protocol, username, password, search, hash } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') throw refuse('it is neither');
  if (username !== '' || password !== '') throw refuse('credentials would be public');
  if (search !== '' || hash !== '') throw refuse('a query or fragment belongs to each call');
}

// A host that cannot exist (RFC 2606): whatever leads away from it is no path.
const OWN = 'http://own.invalid';
