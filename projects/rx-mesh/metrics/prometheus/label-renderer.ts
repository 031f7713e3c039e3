import { escapeLabel, labelName } from './prometheus-names';

interface Label {
  /** The text before its value: `method="`. */
  readonly start: string;
  /** The tags that make its value: more than one where they have one name after mapping. */
  readonly tags: readonly string[];
}

/** Makes labels of tags. It remembers the names, for the series of a metric have the same. */
export class LabelRenderer {
  readonly #reserved: ReadonlySet<string>;
  readonly #plans = new Map<string, readonly Label[]>();
  #names: readonly string[] = [];
  #plan: readonly Label[] = [];

  /** @param reserved Labels that belong to somebody else. */
  constructor(reserved: readonly string[] = []) {
    this.#reserved = new Set(reserved);
  }

  /**
   * The labels of a series between the braces, in the order of their names: one text is one identity. A label with
   * an empty value is left out, for to Prometheus it is the same as none.
   */
  render(tags: Readonly<Record<string, string | number | boolean>>): string {
    const names = Object.keys(tags);
    let text = '';
    for (const { start, tags: from } of this.#planOf(names)) {
      const [first = ''] = from;
      const value =
        from.length === 1 ? String(tags[first]) : from.map((tag) => String(tags[tag])).join(';');
      if (value === '') continue;
      text += text === '' ? start : `,${start}`;
      text += `${escapeLabel(value)}"`;
    }
    return text;
  }

  #planOf(names: readonly string[]): readonly Label[] {
    if (!isSame(names, this.#names)) {
      const key = JSON.stringify(names);
      let plan = this.#plans.get(key);
      if (!plan) {
        plan = this.#newPlan(names);
        this.#plans.set(key, plan);
      }
      this.#names = names;
      this.#plan = plan;
    }
    return this.#plan;
  }

  // OpenTelemetry: the values of tags that share a label are joined, in the order of the tags.
  #newPlan(names: readonly string[]): readonly Label[] {
    const labels = new Map<string, string[]>();
    for (const tag of [...names].sort()) {
      const label = labelName(tag, this.#reserved);
      const tags = labels.get(label);
      if (tags) tags.push(tag);
      else labels.set(label, [tag]);
    }
    return [...labels]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([label, tags]) => ({ start: `${label}="`, tags }));
  }
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
