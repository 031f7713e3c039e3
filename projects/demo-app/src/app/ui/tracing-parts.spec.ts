import { TestBed } from '@angular/core/testing';
import { BaggageForm } from './baggage-form';
import { CopyText } from './copy-text';
import { ReceiverCard, type ReceiverView } from './receiver-card';
import { SpanBadge } from './span-badge';
import { SpanDetails, type SpanView } from './span-details';
import { SPAN_LOOKS } from './span-look';
import { TraceList } from './trace-list';
import { Waterfall, type WaterfallRow } from './waterfall';

const create = async <T>(type: new () => T, inputs: Readonly<Record<string, unknown>>) => {
  const fixture = TestBed.createComponent(type);
  for (const [name, value] of Object.entries(inputs)) fixture.componentRef.setInput(name, value);
  await fixture.whenStable();
  const host = fixture.nativeElement as HTMLElement;
  const set = async (name: string, value: unknown) => {
    fixture.componentRef.setInput(name, value);
    await fixture.whenStable();
  };
  const find = (selector: string) => {
    const found = host.querySelector<HTMLElement>(selector);
    if (!found) throw new Error(`There is no ${selector}.`);
    return found;
  };
  return { component: fixture.componentInstance, find, fixture, host, set };
};
const words = (element: Element) => element.textContent.replace(/\s+/g, ' ').trim();
const texts = (host: HTMLElement, selector: string) =>
  [...host.querySelectorAll(selector)].map(words);

describe(SpanBadge.name, () => {
  it.each(Object.entries(SPAN_LOOKS))(
    'says %s in a word, a drawing and a colour',
    async (...at) => {
      const [state, { text, tone }] = at;
      const { host } = await create(SpanBadge, { state });

      expect(words(host)).toBe(text);
      expect(host.dataset['tone']).toBe(tone);
      expect(host.querySelector('svg path')?.getAttribute('d')).toBeTruthy();
    },
  );
});

describe(TraceList.name, () => {
  const traces = ['first', 'second', 'third'].map((name) => ({
    traceId: `${name}-0123456789`,
    name,
    state: 'ok',
    duration: '12 ms',
    facts: '3 spans',
  }));
  const tabs = (host: HTMLElement) =>
    [...host.querySelectorAll('button')].map(({ tabIndex }) => tabIndex);

  it('lists traces, the chosen one marked', async () => {
    const { host } = await create(TraceList, { traces, chosen: 'second-0123456789' });

    expect(texts(host, '[role=option]')[1]).toBe('second12 ms 3 spans · second-0OK');
    expect(host.querySelectorAll('[aria-selected=true]')).toHaveLength(1);
    expect(tabs(host)).toEqual([-1, 0, -1]);
  });

  it('can be reached by keyboard when none is chosen, and says when there are none', async () => {
    const { host, set } = await create(TraceList, { traces });

    expect(tabs(host)).toEqual([0, -1, -1]);

    await set('traces', []);

    expect(texts(host, '*')).toEqual(['Nothing yet.']);
  });

  it('goes from trace to trace by arrows, Home and End', async () => {
    const { component, find, host } = await create(TraceList, { traces });
    document.body.append(host);
    const picked: string[] = [];
    component.picked.subscribe((id) => picked.push(id.split('-')[0] ?? ''));
    find('button').focus();
    const press = (key: string, more: KeyboardEventInit = {}) =>
      document.activeElement?.dispatchEvent(
        new KeyboardEvent('keydown', { key, bubbles: true, ...more }),
      );
    for (const key of ['ArrowUp', 'ArrowDown', 'End', 'ArrowDown', 'Home', 'x']) press(key);
    press('ArrowDown', { ctrlKey: true });

    expect(picked).toEqual(['second', 'third', 'first']);
    expect(document.activeElement).toBe(find('button'));
  });
});

describe(Waterfall.name, () => {
  const row = (spanId: string, depth: number, more: Partial<WaterfallRow> = {}): WaterfallRow => ({
    spanId,
    name: spanId,
    service: '',
    depth,
    state: 'ok',
    offset: 0,
    duration: 100,
    logs: [],
    ...more,
  });
  const rows = [
    row('root', 0),
    row('call', 1, { offset: 50, duration: 25, service: 'orders-1', state: 'error', logs: [60] }),
    row('point', 2, { offset: 100, duration: 0 }),
    row('after', 1, { offset: 90, duration: 5 }),
  ];

  it('is a tree, with each state in a word', async () => {
    const { host } = await create(Waterfall, { rows, total: 100, chosen: 'call' });

    expect(texts(host, '[role=treeitem]')).toEqual([
      'OK:rootafter 0 ms, took 100 ms',
      'Failed:callorders-1after 50 ms, took 25 ms',
      'OK:pointafter 100 ms, took 0 ms',
      'OK:afterafter 90 ms, took 5 ms',
    ]);
    expect(
      [...host.querySelectorAll('button')].map((item) => [
        item.getAttribute('aria-level'),
        item.tabIndex,
      ]),
    ).toEqual([
      ['1', -1],
      ['2', 0],
      ['3', -1],
      ['2', -1],
    ]);
  });

  it('draws each span where it took place', async () => {
    const { host, set } = await create(Waterfall, { rows, total: 100 });
    const places = () =>
      [...host.querySelectorAll<HTMLElement>('.bar')].map(({ style }) => [
        style.getPropertyValue('inset-inline-start'),
        style.getPropertyValue('inline-size'),
      ]);

    expect(places()).toEqual([
      ['0%', '100%'],
      ['50%', '25%'],
      ['99.6%', '0.4%'],
      ['90%', '5%'],
    ]);
    expect(host.querySelector<HTMLElement>('.log')?.style.insetInlineStart).toBe('60%');
    expect(texts(host, '.ticks span')).toEqual(['0 ms', '25 ms', '50 ms', '75 ms', '100 ms']);

    await set('total', 0);

    expect(places()[0]).toEqual(['0%', '0.4%']);
  });

  it('goes to parents and children by the keyboard', async () => {
    const { component, find, host } = await create(Waterfall, { rows, total: 100 });
    document.body.append(host);
    const picked: string[] = [];
    component.picked.subscribe((id) => picked.push(id));
    find('[data-span=point]').focus();
    const keys = ['ArrowRight', 'ArrowLeft', 'ArrowLeft', 'ArrowLeft', 'ArrowRight', 'ArrowRight'];
    for (const key of keys) {
      document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
    }

    expect(picked).toEqual(['call', 'root', 'call', 'point']);
  });
});

describe(SpanDetails.name, () => {
  const view: SpanView = {
    name: 'pay',
    state: 'error',
    facts: [{ name: 'Kind', value: 'client' }],
    tags: [],
    logs: [{ at: '80 ms', text: 'declined' }],
    links: [
      { traceId: 'known', text: 'made from · known', known: true },
      { traceId: 'gone', text: 'made from · gone', known: false },
    ],
    baggage: [{ name: 'demo.user', value: 'ada' }],
    wire: [{ name: 'By', value: 'orders-2' }],
  };

  it('shows all that there is, and says what there is not', async () => {
    const { host, set } = await create(SpanDetails, { view });

    expect(texts(host, 'section')).toEqual([
      'SpanKindclient',
      'TagsNone.',
      'Logs80 ms declined',
      'Linksmade from · known Show its trace made from · gone',
      'Baggagedemo.userada',
      'Read by the serviceByorders-2',
    ]);

    await set('view', { ...view, links: [], logs: [], baggage: [], wire: [] });

    expect(texts(host, 'section').slice(2)).toEqual(['LogsNone.', 'BaggageNone.']);
  });

  it('leads to a trace that is known', async () => {
    const { component, find } = await create(SpanDetails, { view });
    const followed: string[] = [];
    component.followed.subscribe((id) => followed.push(id));
    find('button').click();

    expect(followed).toEqual(['known']);
  });
});

describe(CopyText.name, () => {
  afterEach(() => Reflect.deleteProperty(navigator, 'clipboard'));

  const copy = async (clipboard: unknown) => {
    Object.defineProperty(navigator, 'clipboard', { configurable: true, value: clipboard });
    const created = await create(CopyText, { text: '00-ab-cd-03', what: 'traceparent' });
    const press = async () => {
      created.find('button').click();
      await created.fixture.whenStable();
      await created.fixture.whenStable();
    };
    await press();
    return { ...created, press, said: () => words(created.find('[role=status]')) };
  };

  it('copies, and says so until the text is another one', async () => {
    const copied: string[] = [];
    const { find, host, said, set } = await copy({
      writeText: async (text: string) => Promise.resolve(void copied.push(text)),
    });

    expect(words(find('button'))).toBe('Copy traceparent');
    expect(copied).toEqual(['00-ab-cd-03']);
    expect(said()).toBe('Copied.');
    expect(host.querySelector('input')).toBeNull();

    await set('text', 'another');

    expect(said()).toBe('');
  });

  it.each([
    ['refuses', { writeText: async () => Promise.reject(new Error('no')) }],
    ['has no clipboard', undefined],
  ])('shows the text where the browser %s', async (_, clipboard) => {
    const { find, said } = await copy(clipboard);

    expect(said()).toBe('The browser refused. Copy it from here:');
    const field = find('input') as HTMLInputElement;
    expect([field.value, field.readOnly]).toEqual(['00-ab-cd-03', true]);
    field.focus();
    field.dispatchEvent(new Event('focus'));
    expect([field.selectionStart, field.selectionEnd]).toEqual([0, 11]);
  });
});

describe(ReceiverCard.name, () => {
  const view: ReceiverView = {
    name: 'jaeger',
    title: 'Jaeger',
    traces: 3,
    spans: 20,
    down: false,
    state: 'idle',
    sent: 20,
    dropped: 1,
    trouble: undefined,
  };

  it.each([
    ['Idle', {}],
    ['Sending', { state: 'sending' }],
    ['Waits to try again', { state: 'waiting', trouble: 'It answered 503.' }],
    ['Failed', { trouble: 'It answered 400.' }],
  ])('says %s', async (text, more) => {
    const { find } = await create(ReceiverCard, { view: { ...view, ...more } });

    expect(words(find('.badge'))).toBe(text);
    expect(words(find('.trouble'))).toBe(
      'trouble' in more
        ? `The last try failed: ${more.trouble}`
        : 'The last batch was taken, or there was none yet.',
    );
  });

  it('counts, and hands on what is wanted', async () => {
    const { component, find, host } = await create(ReceiverCard, { view });
    const wanted: string[] = [];
    component.downToggled.subscribe(() => wanted.push('down'));
    component.failed.subscribe(() => wanted.push('fail'));
    find('mat-slide-toggle button').click();
    find('footer > button').click();

    expect(texts(host, 'dl > div')).toEqual(['Traces3', 'Spans20', 'Sent20', 'Lost1']);
    expect(wanted).toEqual(['down', 'fail']);
  });
});

describe(BaggageForm.name, () => {
  const type = (input: HTMLInputElement | undefined, text: string) => {
    if (!input) throw new Error('There is no such field.');
    input.value = text;
    input.dispatchEvent(new Event('input'));
  };

  it('hands on what is to be carried, and what no more', async () => {
    const { component, find, host } = await create(BaggageForm, {
      entries: [{ key: 'demo.user', value: 'ada' }],
    });
    const wanted: unknown[] = [];
    component.carried.subscribe((entry) => wanted.push(entry));
    component.removed.subscribe((key) => wanted.push(key));
    type([...host.querySelectorAll('input')][1], ' grace hopper ');
    find('form').dispatchEvent(new Event('submit'));
    find('[aria-label="Remove demo.user"]').click();

    expect(texts(host, 'li')).toEqual(['demo.user=ada']);
    expect(wanted).toEqual([{ key: 'demo.user', value: 'grace hopper' }, 'demo.user']);
  });

  it('refuses a key that could not be sent', async () => {
    const { component, find, fixture, host } = await create(BaggageForm, { entries: [] });
    let carried = 0;
    component.carried.subscribe(() => carried++);
    type([...host.querySelectorAll('input')][0], 'demo user');
    await fixture.whenStable();
    find('form').dispatchEvent(new Event('submit'));

    expect(find('button').hasAttribute('disabled')).toBe(true);
    expect(words(find('[role=status]'))).toContain('A key may have letters');
    expect(carried).toBe(0);
    expect(texts(host, 'li')).toEqual(['Nothing is carried along.']);
  });
});
