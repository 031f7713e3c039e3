import { wellFormed } from './prometheus-names';

/**
 * The path of a group in a Pushgateway: `/metrics/job/shop/region/eu`. What a path cannot carry goes as base64.
 *
 * @param job Not empty.
 */
export function pushPath(job: string, grouping: Readonly<Record<string, string>>): string {
  const parts = Object.entries(grouping).map(([label, value]) => part(label, value));
  return `/metrics${[part('job', job), ...parts].join('')}`;
}

function part(label: string, value: string): string {
  const text = wellFormed(value);
  // Proxies take an encoded slash apart, and a browser goes a step up at dots, encoded or not.
  const isPlain = text !== '' && text !== '.' && text !== '..' && !text.includes('/');
  return isPlain ? `/${label}/${encodeURIComponent(text)}` : `/${label}@base64/${base64(text)}`;
}

// The URL alphabet. One `=` alone stands for an empty value, which else would be an empty part of the path.
function base64(text: string): string {
  if (text === '') return '=';
  const bytes = Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte));
  return btoa(bytes.join('')).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}
