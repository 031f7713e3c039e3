import { NoInstanceError } from 'rx-mesh/mesh';
import { CallTimeoutError, CircuitOpenError, RetriesExhaustedError } from 'rx-mesh/resilience';
import { answerOf, reasonOf } from './failure-text';

const nobody = new NoInstanceError('orders', [], { waited: 2000 });
const late = new CallTimeoutError('orders GET /orders', 2000, 'attempt');
const overdue = new CallTimeoutError('orders GET /orders', 8000, 'call');
const open = new CircuitOpenError('orders', 1200);
const isolated = new CircuitOpenError('orders', Infinity);
const exhausted = new RetriesExhaustedError('orders', [{ status: 503 }, late, { status: 0 }]);

describe(answerOf.name, () => {
  it.each([
    [open, 'breaker open'],
    [isolated, 'breaker isolated'],
    [late, 'timed out'],
    [nobody, 'no instance'],
    [{ status: 503 }, '503'],
    [{ status: 0 }, 'unreachable'],
    [new Error('bug'), 'failed'],
  ])('says %p in a word or two', (error, text) => expect(answerOf(error)).toBe(text));
});

describe(reasonOf.name, () => {
  it.each([
    [open, 'The breaker is open'],
    [isolated, 'The breaker is isolated by hand'],
    [late, 'No answer within 2.0 s'],
    [overdue, 'No answer before the deadline of 8.0 s'],
    [exhausted, 'All 3 attempts failed, the last one: unreachable'],
    [nobody, 'There is no instance to call'],
    [{ status: 404 }, 'The answer was 404'],
    [{ status: 0 }, 'The instance could not be reached'],
    [new Error('bug'), 'bug'],
    ['odd', 'odd'],
  ])('explains %p in one line', (error, text) => expect(reasonOf(error)).toBe(text));
});
