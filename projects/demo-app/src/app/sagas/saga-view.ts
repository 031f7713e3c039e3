import { type SagaExecution, type SagaState } from 'rx-mesh/event-sourcing';
import { formatDuration, formatTime } from '../ui/format';
import { type ToneLook } from '../ui/tone-badge';
import { type PlaceOrderInput } from './place-order';
import { type KeyEntry } from './service-ledger';

/** The look of every state of a saga. */
export const SAGA_LOOKS: Readonly<Record<SagaState, ToneLook>> = {
  running: { tone: 'held', icon: 'play', text: 'Running' },
  waiting: { tone: 'held', icon: 'clock', text: 'Waiting' },
  paused: { tone: 'quiet', icon: 'pause', text: 'Paused' },
  compensating: { tone: 'warn', icon: 'undo', text: 'Undoing' },
  completed: { tone: 'good', icon: 'check', text: 'Completed' },
  compensated: { tone: 'warn', icon: 'undo', text: 'Undone' },
  failed: { tone: 'bad', icon: 'cross', text: 'Failed' },
  cancelled: { tone: 'quiet', icon: 'minus', text: 'Cancelled' },
  'compensation-failed': { tone: 'bad', icon: 'alert', text: 'Could not be undone' },
};

type StepState = SagaExecution['steps'][number]['state'];
type UndoState = SagaExecution['compensations'][number]['state'];

const STEP_LOOKS: Readonly<Record<StepState, ToneLook>> = {
  pending: { tone: 'quiet', icon: 'minus', text: 'Not begun' },
  running: { tone: 'held', icon: 'play', text: 'Running' },
  waiting: { tone: 'held', icon: 'clock', text: 'Waiting' },
  retrying: { tone: 'warn', icon: 'retry', text: 'Tries again' },
  succeeded: { tone: 'good', icon: 'check', text: 'Done' },
  failed: { tone: 'bad', icon: 'cross', text: 'Failed' },
  'in-doubt': { tone: 'warn', icon: 'alert', text: 'In doubt' },
};

const UNDO_LOOKS: Readonly<Record<UndoState, ToneLook>> = {
  pending: { tone: 'quiet', icon: 'clock', text: 'To be undone' },
  running: { tone: 'warn', icon: 'undo', text: 'Undoing' },
  retrying: { tone: 'warn', icon: 'retry', text: 'Tries again' },
  done: { tone: 'good', icon: 'undo', text: 'Undone' },
  failed: { tone: 'bad', icon: 'cross', text: 'Not undone' },
};

/** What each step is about, as people say it. */
export const STEP_TITLES: Readonly<Record<string, string>> = {
  reserve: 'Reserve stock',
  charge: 'Charge card',
  notify: 'Notify customer',
  courier: 'Book courier',
  confirm: 'Confirm order',
};

const UNDO_TITLES: Readonly<Record<string, string>> = {
  reserve: 'Release stock',
  charge: 'Refund card',
  courier: 'Cancel courier',
};

const SIDE_BY_SIDE: readonly string[] = ['notify', 'courier'];

/** A step, or what undoes it, in words. */
export interface StepView {
  readonly name: string;
  readonly title: string;
  readonly look: ToneLook;
  /** Such as `2 tries · payments is busy`. */
  readonly facts: string;
  /** Whether it runs beside another one. */
  readonly beside: boolean;
}

/** A saga in words. */
export interface SagaView {
  readonly id: string;
  readonly title: string;
  readonly look: ToneLook;
  /** When it began, and how long it took. */
  readonly time: string;
  readonly error: string;
  readonly steps: readonly StepView[];
  /** In the order in which they are done. */
  readonly undo: readonly StepView[];
  readonly canPause: boolean;
  readonly canResume: boolean;
  readonly canCancel: boolean;
}

/** A saga in words. */
export function sagaView(saga: SagaExecution): SagaView {
  const { compensations, endTime, error, id, startTime, state, steps } = saga;
  const { item } = saga.input as Partial<PlaceOrderInput>;
  const taken = endTime && formatDuration(endTime.getTime() - startTime.getTime());
  const goesOn = state === 'running' || state === 'waiting';
  return {
    id,
    title: item ?? id,
    look: SAGA_LOOKS[state],
    time: taken ? `${formatTime(startTime)}, took ${taken}` : `since ${formatTime(startTime)}`,
    error: error?.message ?? '',
    steps: steps.map((step) => ({
      name: step.name,
      title: STEP_TITLES[step.name] ?? step.name,
      look: STEP_LOOKS[step.state],
      facts: factsOf(step.attempts, step.error?.message),
      beside: SIDE_BY_SIDE.includes(step.name),
    })),
    undo: compensations.map((undo) => ({
      name: undo.step,
      title: UNDO_TITLES[undo.step] ?? `Nothing to undo: ${STEP_TITLES[undo.step] ?? undo.step}`,
      look: UNDO_LOOKS[undo.state],
      facts: factsOf(undo.attempts, undo.error?.message),
      beside: false,
    })),
    canPause: goesOn || state === 'compensating',
    canResume: state === 'paused',
    canCancel: goesOn || state === 'paused',
  };
}

/** The notes of services on a saga, in the order in which they were asked. */
export function keysOf(id: string, entries: ReadonlyMap<string, KeyEntry>): readonly KeyEntry[] {
  return [...entries.values()]
    .filter(({ key }) => key.startsWith(`${id}/`))
    .sort((a, b) => placeOf(a) - placeOf(b));
}

const STEPS = Object.keys(STEP_TITLES);

function placeOf({ key }: KeyEntry): number {
  const [, step = '', undo] = key.split('/');
  const place = STEPS.indexOf(step);
  return undo ? 2 * STEPS.length - place : place;
}

function factsOf(attempts: number, error: string | undefined): string {
  const tries = attempts === 0 ? '' : attempts === 1 ? '1 try' : `${attempts} tries`;
  return [tries, error ?? ''].filter((text) => text !== '').join(' · ');
}
