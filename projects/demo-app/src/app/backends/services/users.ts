import { type FetchHandler, type Route, invalid, json, jsonApi, problem } from '../json-api';

/** A customer of the shop. */
export interface User {
  readonly id: number;
  readonly name: string;
  readonly city: string;
  readonly tier: 'standard' | 'plus';
}

const USERS: readonly User[] = [
  { id: 1, name: 'Mara Lindqvist', city: 'Malmö', tier: 'plus' },
  { id: 2, name: 'Tomás Ferreira', city: 'Porto', tier: 'standard' },
  { id: 3, name: 'Aiko Nakamura', city: 'Sapporo', tier: 'standard' },
  { id: 4, name: 'Jonas Weber', city: 'Freiburg', tier: 'plus' },
  { id: 5, name: 'Leila Haddad', city: 'Tunis', tier: 'standard' },
  { id: 6, name: 'Rowan Campbell', city: 'Leith', tier: 'plus' },
];

/** `GET /users`, `GET /users/:id`, and what else the service does. */
export function usersService(instance: string, more: readonly Route[] = []): FetchHandler {
  return jsonApi(instance, [
    {
      method: 'GET',
      path: '/users',
      handle: ({ query }) => {
        const tier = query.get('tier');
        if (tier !== null && tier !== 'standard' && tier !== 'plus') {
          return invalid(['"tier" must be standard or plus.']);
        }
        const items = USERS.filter((user) => tier === null || user.tier === tier);
        return json({ items, total: items.length });
      },
    },
    {
      method: 'GET',
      path: '/users/:id',
      handle: ({ param }) => {
        const user = USERS.find(({ id }) => String(id) === param('id'));
        return user ? json(user) : problem(404, 'Not found', `There is no user ${param('id')}.`);
      },
    },
    ...more,
  ]);
}
