import {
  type Checked,
  type Route,
  type RouteContext,
  fields,
  json,
  problem,
  withBody,
} from '../json-api';
import { type Person, type TokenOffice } from '../token-office';

const WISHES: ReadonlyMap<string, readonly string[]> = new Map([
  ['anna', ['Desk lamp, brass', 'Linen throw']],
  ['bert', ['Reading chair, oak', 'Stoneware mug', 'Wall shelf, ash']],
]);

/** How often a wish list was given, by user. All instances share it. */
export class WishBook {
  readonly #given = new Map<string, number>();

  /** The wish list of a person, and how often he was given it. */
  give({ id, name }: Person) {
    const edition = (this.#given.get(id) ?? 0) + 1;
    this.#given.set(id, edition);
    return { owner: name, items: WISHES.get(id) ?? [], edition };
  }
}

/** `POST /tokens`, `POST /tokens/renewals`, and for those who have a token that holds `GET /account`, `GET /wishlist`. */
export function accountRoutes(office: TokenOffice, book: WishBook): readonly Route[] {
  const refused = (detail: string) => problem(401, 'Unauthorized', detail);
  const made = (token: string | undefined, detail: string) =>
    token === undefined ? refused(detail) : json({ token }, { status: 201 });
  const forOwner =
    (answer: (owner: Person) => unknown) =>
    ({ request }: RouteContext): Response => {
      const [, token = ''] = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '') ?? [];
      const owner = office.ownerOf(token);
      return owner ? json(answer(owner)) : refused('The token does not hold.');
    };
  return [
    {
      method: 'POST',
      path: '/tokens',
      handle: ({ request }) =>
        withBody(request, textOf('user'), (user) =>
          made(office.issue(user), 'Nobody is called so.'),
        ),
    },
    {
      method: 'POST',
      path: '/tokens/renewals',
      handle: ({ request }) =>
        withBody(request, textOf('token'), (token) =>
          made(office.renew(token), 'The token is not renewed.'),
        ),
    },
    {
      method: 'GET',
      path: '/account',
      handle: forOwner((owner) => ({ ...owner, card: '4242 4242 4242 4242' })),
    },
    { method: 'GET', path: '/wishlist', handle: forOwner((owner) => book.give(owner)) },
  ];
}

function textOf(name: string): (body: unknown) => Checked<string> {
  return (body) => {
    const value = fields(body).get(name);
    return typeof value === 'string' && value !== ''
      ? { ok: true, value }
      : { ok: false, reasons: [`"${name}" must be a text.`] };
  };
}
