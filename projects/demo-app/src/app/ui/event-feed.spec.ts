import { TestBed } from '@angular/core/testing';
import { type CallRecord } from '../calls/call-record';
import { EventFeed } from './event-feed';

const CALLS: readonly CallRecord[] = [
  {
    id: 'c-2',
    service: 'orders',
    operation: 'GET /orders',
    outcome: 'succeeded',
    duration: 243,
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    attempts: [
      {
        attempt: 1,
        outcome: 'failed',
        instance: 'orders-2',
        answer: '503',
        duration: 41,
        retryIn: 120,
      },
      { attempt: 2, outcome: 'succeeded', instance: 'orders-1', answer: '200', duration: 82 },
    ],
  },
  {
    id: 'c-1',
    service: 'users',
    operation: '',
    outcome: 'rejected',
    duration: 1,
    reason: 'The breaker is open',
    attempts: [{ attempt: 1, outcome: 'rejected', answer: 'breaker open' }],
  },
];

const show = async (calls: readonly CallRecord[]) => {
  const fixture = TestBed.createComponent(EventFeed);
  fixture.componentRef.setInput('calls', calls);
  await fixture.whenStable();
  return fixture.nativeElement as HTMLElement;
};
const parts = (element: Element | null) => [...(element?.children ?? [])].map(words).join(' ');
const words = (element: Element | null | undefined) =>
  element?.textContent.replace(/\s+/g, ' ').trim();

describe(EventFeed.name, () => {
  it('invites when there is nothing', async () => {
    expect(words(await show([]))).toBe('No calls yet. Send one, or start a storm.');
  });

  it('shows each call with its outcome in words', async () => {
    const host = await show(CALLS);
    expect([...host.querySelectorAll('.head')].map(parts)).toEqual([
      'Succeeded orders GET /orders 243 ms',
      'Rejected users  1 ms',
    ]);
  });

  it('shows every attempt and every wait in order', async () => {
    const host = await show(CALLS);
    expect(
      [...host.querySelectorAll('.attempts')].map((list) => [...list.children].map(words)),
    ).toEqual([
      [
        'Attempt 1 Failed: orders-2 · 503 · 41 ms',
        'retry after 120 ms',
        'Attempt 2 Succeeded: orders-1 · 200 · 82 ms',
      ],
      ['Attempt 1 Rejected: breaker open'],
    ]);
  });

  it('names the trace and the reason', async () => {
    const host = await show(CALLS);
    expect([...host.querySelectorAll('.trace')].map(words)).toEqual([
      'trace 4bf92f3577b34da6a3ce929d0e0e4736',
    ]);
    expect([...host.querySelectorAll('.reason')].map(words)).toEqual(['The breaker is open']);
  });

  it('shows a call that is still under way', async () => {
    const host = await show([
      {
        id: 'c-3',
        service: 'users',
        operation: 'GET /users',
        outcome: 'running',
        attempts: [{ attempt: 1, outcome: 'running', instance: 'users-1' }],
      },
    ]);
    expect(parts(host.querySelector('.head'))).toBe('Running users GET /users –');
    expect(words(host.querySelector('.attempts'))).toBe('Attempt 1 Running: users-1');
    expect(host.querySelector('.trace, .reason')).toBeNull();
  });
});
