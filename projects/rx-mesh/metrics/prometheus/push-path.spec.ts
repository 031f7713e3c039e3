import { pushPath } from './push-path';

describe(pushPath.name, () => {
  it.each([
    ['shop', {}, '/metrics/job/shop'],
    ['shop', { region: 'eu', shard: '7' }, '/metrics/job/shop/region/eu/shard/7'],
    ['a b', { x: 'é?#%' }, '/metrics/job/a%20b/x/%C3%A9%3F%23%25'],
    ['a/b', { path: '/var/tmp' }, '/metrics/job@base64/YS9i/path@base64/L3Zhci90bXA'],
    ['shop', { empty: '' }, '/metrics/job/shop/empty@base64/='],
    ['.', { up: '..' }, '/metrics/job@base64/Lg/up@base64/Li4'],
    ['shop', { odd: '/\ud800?>' }, '/metrics/job/shop/odd@base64/L--_vT8-'],
    ['\ud800', {}, '/metrics/job/%EF%BF%BD'],
  ])('makes a path of %p and %p', (job, grouping, path) => {
    expect(pushPath(job, grouping)).toBe(path);
    expect(new URL(path, 'http://gateway.test').pathname).toBe(path);
  });
});
