import { InvalidOptionError } from 'rx-mesh/kernel';
import type { Alert, Instant } from './alert';
import { type LabelMatcher, type LabelTest, labelOf, labelTest } from './alert-labels';

/** Keeps some alerts from being told while others fire: the outage of all is told, not that of each. */
export interface InhibitRule {
  /** Which firing alerts keep others quiet: all matchers must hold. */
  readonly source: readonly LabelMatcher[];
  /** Which alerts are kept quiet. One that is a source as well is not kept quiet by another such. */
  readonly target: readonly LabelMatcher[];
  /** The labels that both must have alike; absent in both is alike. @default none */
  readonly equal?: readonly string[] | undefined;
}

/** Asks for quiet: some alerts are not told for a while. */
export interface SilenceRequest {
  /** Which alerts: all matchers must hold. */
  readonly matchers: readonly LabelMatcher[];
  /** From when on. @default now */
  readonly startsAt?: Date | undefined;
  /** Until when, after `startsAt`. */
  readonly endsAt: Date;
  /** Who asks. @default '' */
  readonly createdBy?: string | undefined;
  /** Why. @default '' */
  readonly comment?: string | undefined;
}

/** A time in which some alerts are not told. */
export interface AlertSilence extends Required<SilenceRequest> {
  readonly startsAt: Date;
  readonly createdBy: string;
  readonly comment: string;
  /** Its id. */
  readonly id: string;
  /** `pending`: it has not begun yet. */
  readonly state: 'pending' | 'active' | 'expired';
}

interface Held {
  readonly silence: Omit<AlertSilence, 'state'>;
  readonly covers: LabelTest;
  // On the monotonic clock, so that a wall that is put right changes nothing.
  readonly from: number;
  until: number;
}

interface Inhibition {
  readonly isSource: LabelTest;
  readonly isTarget: LabelTest;
  readonly equal: readonly string[];
}

const MOST_SILENCES = 500;

/** What keeps alerts from being told. */
export class AlertMutes {
  readonly #inhibitions: readonly Inhibition[];
  readonly #silences = new Map<string, Held>();

  /** @throws InvalidOptionError when a matcher is none. */
  constructor(rules: readonly InhibitRule[]) {
    this.#inhibitions = rules.map(({ equal = [], source, target }) => ({
      isSource: labelTest('InhibitRule.source', source),
      isTarget: labelTest('InhibitRule.target', target),
      equal,
    }));
  }

  /** Adds a silence. The oldest give way when there are too many. @throws InvalidOptionError when it is none. */
  silence(id: string, request: SilenceRequest, at: Instant): void {
    const { comment = '', createdBy = '', endsAt, matchers } = request;
    const { startsAt = new Date(at.wall) } = request;
    const covers = labelTest('SilenceRequest.matchers', matchers);
    const until = at.monotonic + endsAt.getTime() - at.wall;
    const from = at.monotonic + startsAt.getTime() - at.wall;
    if (Number.isNaN(from)) {
      throw new InvalidOptionError('SilenceRequest.startsAt', startsAt, 'a date');
    }
    if (!(until > from && until > at.monotonic)) {
      throw new InvalidOptionError('SilenceRequest.endsAt', endsAt, 'after startsAt, and to come');
    }
    const silence = { id, matchers, startsAt, endsAt, createdBy, comment };
    this.#silences.set(id, { silence, covers, from, until });
    const [oldest] = this.#silences.keys();
    if (this.#silences.size > MOST_SILENCES && oldest !== undefined) this.#silences.delete(oldest);
  }

  /** Ends a silence now and says whether there was one to end. */
  expire(id: string, at: Instant): boolean {
    const held = this.#silences.get(id);
    if (!held || held.until <= at.monotonic) return false;
    held.until = at.monotonic;
    return true;
  }

  /** All silences, those that are over as well, oldest first. */
  silences(at: Instant): readonly AlertSilence[] {
    return [...this.#silences.values()].map(({ from, silence, until }) => ({
      ...silence,
      state:
        until <= at.monotonic ? 'expired' : from <= at.monotonic ? 'active' : ('pending' as const),
    }));
  }

  /** What keeps an alert from being told. @param alerts All alerts that there are. */
  by(
    { labels }: Alert,
    alerts: readonly Alert[],
    at: Instant,
  ): Pick<Alert, 'silencedBy' | 'inhibitedBy'> {
    const silencedBy = [...this.#silences.values()]
      .filter(({ from, until }) => from <= at.monotonic && at.monotonic < until)
      .filter(({ covers }) => covers(labels))
      .map(({ silence }) => silence.id);
    const inhibitedBy = this.#inhibitions
      .filter(({ isTarget }) => isTarget(labels))
      .flatMap(({ equal, isSource, isTarget }) => {
        const isBoth = isSource(labels);
        return alerts.filter(
          (source) =>
            source.state === 'firing' &&
            isSource(source.labels) &&
            !(isBoth && isTarget(source.labels)) &&
            equal.every((name) => labelOf(source.labels, name) === labelOf(labels, name)),
        );
      })
      .map(({ fingerprint }) => fingerprint);
    return { silencedBy, inhibitedBy: [...new Set(inhibitedBy)] };
  }
}
