import { InvalidOptionError } from 'rx-mesh/kernel';
import { KUBERNETES, type KubernetesOptions, servicesOf, tokenOf } from './kubernetes-options';
import { withKubernetes } from './with-kubernetes';

const resolve = (options: object) =>
  KUBERNETES.resolve({ url: '/k8s', ...(options as Partial<KubernetesOptions>) });

describe('KUBERNETES', () => {
  it('needs nothing but a URL', () => {
    expect(resolve({})).toMatchObject({
      url: '/k8s',
      namespace: 'default',
      services: undefined,
      labelSelector: '',
      families: ['IPv4', 'IPv6', 'FQDN'],
      limit: 500,
      requestTimeout: 30_000,
      eager: true,
    });
    expect(KUBERNETES.resolve().url).toBe('');
    expect(() => withKubernetes({ url: '' })).toThrow('KubernetesOptions.url is ""');
  });

  it.each<[string, unknown]>([
    ['url', 'ftp://k8s.test'],
    ['url', 'https://k8s.test?token=x'],
    ['url', 'https://u:p@k8s.test'],
    ['url', 7],
    ['namespace', ''],
    ['namespace', '../secrets'],
    ['namespace', 'Shop'],
    ['namespace', 'a'.repeat(64)],
    ['services', []],
    ['services', {}],
    ['services', 7],
    ['services', null],
    ['services', ['']],
    ['services', ['a,b']],
    ['services', { '': 'a' }],
    ['services', { a: 'a)' }],
    ['labelSelector', 7],
    ['portName', ''],
    ['port', 0],
    ['port', 65_536],
    ['port', 1.5],
    ['secure', 'yes'],
    ['families', []],
    ['families', ['IPv7']],
    ['families', 'IPv4'],
    ['limit', -1],
    ['watchTimeout', 999],
    ['watchTimeout', 3_600_001],
    ['watchTimeout', NaN],
    ['idleTimeout', 0],
    ['requestTimeout', 0],
    ['backoff', 7],
    ['instanceUrl', '/x'],
    ['eager', 1],
    ['unknown', 1],
  ])('refuses %s: %p', (option, value) => {
    expect(() => resolve({ [option]: value })).toThrow(InvalidOptionError);
    expect(() => resolve({ [option]: value })).toThrow(`KubernetesOptions.${option}`);
  });

  it.each(['a b', 'ü', 'a\nb', 7, null])('refuses the token %p and does not repeat it', (token) => {
    expect(() => resolve({ token })).toThrow(
      'KubernetesOptions.token is "***", but must be a text of visible ASCII characters, or a function that gives one.',
    );
    expect(() => tokenOf(resolve({ token: () => token }))).toThrow('is "***"');
  });

  it('takes the edges of its ranges', () => {
    expect(resolve({ limit: 0, port: 1, watchTimeout: 1000, idleTimeout: 1 })).toMatchObject({
      limit: 0,
      port: 1,
      watchTimeout: 1000,
      idleTimeout: 1,
    });
  });
});

describe(tokenOf.name, () => {
  it('gives the token without the white space around it', () => {
    expect(tokenOf(resolve({ token: 'a.b\n' }))).toBe('a.b');
    expect(tokenOf(resolve({ token: () => ' c ' }))).toBe('c');
    expect(tokenOf(resolve({ token: '' }))).toBe('');
    expect(tokenOf(resolve({}))).toBe('');
  });
});

describe(servicesOf.name, () => {
  it('gives the names in the application by those in Kubernetes', () => {
    expect(servicesOf(resolve({ services: ['a', 'a', 'b'] }))).toEqual(
      new Map([
        ['a', ['a']],
        ['b', ['b']],
      ]),
    );
    expect(servicesOf(resolve({ services: { orders: 'x', cart: 'x' } }))).toEqual(
      new Map([['x', ['orders', 'cart']]]),
    );
    expect(servicesOf(resolve({}))).toBeUndefined();
  });
});
