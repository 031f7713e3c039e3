/** What a tab tells of itself. */
export interface TabFacts {
  readonly id: string;
  /** The page that it shows, such as `/events`. */
  readonly page: string;
  /** Whether it keeps the read model up to date. */
  readonly leads: boolean;
  /** How many sagas it runs. */
  readonly sagas: number;
}

const LONGEST = 200;

/** Reads what another page of the origin has said, which may be anything. */
export function readFacts(told: unknown): TabFacts | undefined {
  const { id, leads, page, sagas } = Object(told) as Record<keyof TabFacts, unknown>;
  const isSound =
    isTabId(id) &&
    typeof page === 'string' &&
    typeof leads === 'boolean' &&
    typeof sagas === 'number';
  return isSound ? { id, page: page.slice(0, LONGEST), leads, sagas } : undefined;
}

/** Whether it may be the id of a tab: part of a topic. */
export function isTabId(id: unknown): id is string {
  return typeof id === 'string' && /^[\da-z]{1,16}$/.test(id);
}

/** A tab as people call it. */
export function nameOf(id: string): string {
  return `Tab ${id.slice(0, 4)}`;
}
