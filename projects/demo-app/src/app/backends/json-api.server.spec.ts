import { type Checked, fields, json, jsonApi, problem, wholeNumber, withBody } from './json-api';

const ORIGIN = 'https://things-1.mesh.example';
const request = (path: string, init?: RequestInit) => new Request(`${ORIGIN}${path}`, init);
const post = (body: string, type = 'application/json') =>
  request('/things', { method: 'POST', body, headers: { 'content-type': type } });

const isName = (body: unknown): Checked<string> => {
  const name = fields(body).get('name');
  return typeof name === 'string'
    ? { ok: true, value: name }
    : { ok: false, reasons: ['"name" must be text.', 'It is not.'] };
};

const api = jsonApi('things-1', [
  { method: 'GET', path: '/things', handle: ({ query }) => json({ q: query.get('q') }) },
  { method: 'GET', path: '/things/:id', handle: ({ param }) => json({ id: param('id') }) },
  {
    method: 'POST',
    path: '/things',
    handle: ({ request: asked }) =>
      withBody(asked, isName, (name) => json({ name }, { status: 201 })),
  },
]);

describe(jsonApi.name, () => {
  it('answers a route with JSON and the name of the instance', async () => {
    const response = await api(request('/things?q=lamp'));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('x-served-by')).toBe('things-1');
    expect(await response.json()).toEqual({ q: 'lamp' });
  });

  it('hands over the decoded part of a path', async () => {
    expect(await (await api(request('/things/a%20b'))).json()).toEqual({ id: 'a b' });
    expect(await (await api(request('/things/50%25'))).json()).toEqual({ id: '50%' });
  });

  it('leaves a part that is wrongly encoded as it is', async () => {
    expect(await (await api(request('/things/%E0%A4%A'))).json()).toEqual({ id: '%E0%A4%A' });
  });

  it('tells probes that it is well', async () => {
    expect(await (await api(request('/health'))).json()).toEqual({
      status: 'pass',
      instance: 'things-1',
    });
  });

  it.each(['/', '/nothing', '/things/', '/things/1/parts'])('has nothing at %s', async (path) => {
    const response = await api(request(path));
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('x-served-by')).toBe('things-1');
    expect(await response.json()).toEqual({
      type: 'about:blank',
      title: 'Not found',
      status: 404,
      detail: `There is no resource at ${path}.`,
    });
  });

  it('says which methods a path has when asked by another', async () => {
    const response = await api(request('/things', { method: 'DELETE' }));
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, POST');
    expect(await response.json()).toMatchObject({
      status: 405,
      detail: 'DELETE is not possible here. Use GET or POST.',
    });
  });
});

describe(withBody.name, () => {
  it.each(['application/json', 'application/json; charset=utf-8', 'application/merge-patch+json'])(
    'reads a body of type %s',
    async (type) => {
      const response = await api(post('{"name":"lamp"}', type));
      expect(response.status).toBe(201);
      expect(await response.json()).toEqual({ name: 'lamp' });
    },
  );

  it('refuses another type with 415', async () => {
    expect((await api(post('{"name":"lamp"}', 'text/plain'))).status).toBe(415);
    expect((await api(post('{"name":"lamp"}', 'application/jsonp'))).status).toBe(415);
    expect((await api(request('/things', { method: 'POST' }))).status).toBe(415);
  });

  it('refuses what is no JSON with 400', async () => {
    const response = await api(post('{"name":'));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: ['The body is not valid JSON.'] });
  });

  it.each(['null', '[]', '"lamp"', '{}', '{"name":1}'])(
    'gives every reason against %s',
    async (text) => {
      const response = await api(post(text));
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({
        title: 'Invalid input',
        detail: '"name" must be text. It is not.',
        errors: ['"name" must be text.', 'It is not.'],
      });
    },
  );
});

describe(wholeNumber.name, () => {
  const bounds = { min: 1, max: 50, fallback: 10 };
  const read = (query: string) => wholeNumber(new URLSearchParams(query), 'limit', bounds);

  it('takes the fallback when there is none', () => {
    expect(read('')).toEqual({ ok: true, value: 10 });
  });

  it.each([1, 50])('takes the bound %d', (value) => {
    expect(read(`limit=${value}`)).toEqual({ ok: true, value });
  });

  it.each(['', '0', '51', '1.5', 'ten', 'NaN'])('refuses "%s"', (text) => {
    expect(read(`limit=${text}`)).toEqual({
      ok: false,
      reasons: ['"limit" must be a whole number from 1 to 50.'],
    });
  });
});

describe(problem.name, () => {
  it('carries further members', async () => {
    const response = problem(409, 'Conflict', 'Twice.', { retry: false });
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ status: 409, retry: false });
  });
});
