/** A value of JSON as Eureka writes it in XML, which it does for whoever does not ask for JSON. */
export function xmlOf(value: unknown, name?: string): string {
  if (Array.isArray(value)) return value.map((each) => xmlOf(each, name)).join('');
  const inner =
    typeof value === 'object' && value !== null
      ? Object.entries(value)
          // Attributes and texts beside them are more than a client that wants no XML has to see.
          .filter(([key]) => /^[a-z]/i.test(key))
          .map(([key, each]) => xmlOf(each, key))
          .join('')
      : escaped(String(value));
  return name === undefined ? inner : `<${name}>${inner}</${name}>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
