import { TestBed } from '@angular/core/testing';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { ColorScheme } from '../theme/color-scheme';
import { AlertList, type AlertView } from './alert-list';
import { DownloadText } from './download-text';
import { LongText } from './long-text';
import { type MakePlot, type PlotData, type PlotSpec } from './plot';
import { PLOT } from './plot-token';
import { SloCard, type SloView } from './slo-card';
import { TimeChart } from './time-chart';

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

describe(TimeChart.name, () => {
  const lines = [
    { name: 'orders', look: 0, values: [1, 3, 2] },
    { name: 'rates', look: 2, values: [undefined, 4, undefined] },
    { name: 'users', look: 1, values: [undefined, undefined, undefined] },
  ];
  const inputs = { label: 'Rate', ages: [-4, -2, 0], span: 120, lines };
  const setUp = (load?: Promise<MakePlot>) => {
    const drawn: PlotData[] = [];
    const specs: PlotSpec[] = [];
    const calls: string[] = [];
    const make: MakePlot = (_host, spec) => {
      specs.push(spec);
      return {
        draw: (data) => drawn.push(data),
        repaint: () => calls.push('repaint'),
        destroy: () => calls.push('destroy'),
      };
    };
    TestBed.configureTestingModule({
      providers: [{ provide: PLOT, useValue: async () => load ?? Promise.resolve(make) }],
    });
    return { calls, drawn, make, specs };
  };

  it('draws its lines, and draws again what is new', async () => {
    const { drawn, specs } = setUp();
    const { fixture, set } = await create(TimeChart, inputs);
    await fixture.whenStable();

    expect(specs).toMatchObject([{ span: 120, floor: 1, dashes: [[], [2, 3], [7, 4]] }]);
    expect(drawn.at(-1)).toEqual({
      ages: [-4, -2, 0],
      lines: lines.map(({ values }) => values),
    });

    await set('ages', [-6, -4, -2]);

    expect(drawn.at(-1)?.ages).toEqual([-6, -4, -2]);
  });

  it('says all of it in words', async () => {
    setUp();
    const { find, host } = await create(TimeChart, {
      ...inputs,
      hint: 'calls',
      format: (value: number) => `${value}/s`,
    });

    expect(find('[role=img]').getAttribute('aria-label')).toBe(
      'Rate over the last 120 s. orders: now 2/s, between 1/s and 3/s; rates: between 4/s and 4/s; users: no values yet.',
    );
    expect(words(find('figcaption'))).toBe('Ratecalls');
    expect(texts(host, '.legend li')).toEqual(['orders2/s', 'rates–', 'users–']);
    expect(find('[data-line="2"] path').getAttribute('stroke-dasharray')).toBe('2 3');
  });

  it('tells the values below the pointer, and the present ones when it has left', async () => {
    const { specs } = setUp();
    const { fixture, host } = await create(TimeChart, inputs);
    await fixture.whenStable();
    specs[0]?.hovered(1);
    await fixture.whenStable();

    expect(texts(host, '.value')).toEqual(['3', '4', '–']);

    specs[0]?.hovered(undefined);
    await fixture.whenStable();

    expect(texts(host, '.value')).toEqual(['2', '–', '–']);
  });

  it('reads its colours where CSS has computed them', async () => {
    const { specs } = setUp();
    const { find, fixture } = await create(TimeChart, inputs);
    await fixture.whenStable();
    document.body.append(fixture.nativeElement as HTMLElement);
    find('.plot').style.color = 'rgb(1, 2, 3)';
    find('[data-line="1"]').style.color = 'rgb(4, 5, 6)';

    expect(specs[0]?.colors()).toMatchObject({ text: 'rgb(1, 2, 3)' });
    expect(specs[0]?.colors().lines[2]).toBe('rgb(4, 5, 6)');

    find('.plot').remove();

    expect(specs[0]?.colors().lines).toEqual([]);
  });

  it('is painted again in other colours, and ends with its component', async () => {
    const { calls } = setUp();
    const { fixture } = await create(TimeChart, inputs);
    await fixture.whenStable();
    calls.length = 0;
    TestBed.inject(ColorScheme).advance();
    TestBed.tick();

    expect(calls).toEqual(['repaint']);

    fixture.destroy();

    expect(calls).toEqual(['repaint', 'destroy']);
  });

  it('makes no plot that comes too late', async () => {
    let arrive: (make: MakePlot) => void = () => {};
    const loaded = new Promise<MakePlot>((resolve) => (arrive = resolve));
    const { make, specs } = setUp(loaded);
    const { fixture } = await create(TimeChart, inputs);
    fixture.destroy();
    arrive(make);
    await loaded;

    expect(specs).toEqual([]);
  });
});

describe(SloCard.name, () => {
  const view: SloView = {
    name: 'a',
    title: 'Availability of payments',
    promise: '99 % of calls are answered.',
    look: { tone: 'good', icon: 'check', text: 'Healthy' },
    left: 0.642,
    leftText: '64 %',
    facts: '99.6 % of 250 calls were good.',
    burns: [
      {
        rule: 'fast',
        windows: '6 s and 15 s',
        short: '9.0×',
        long: '7.0×',
        limit: '6.0×',
        verdict: 'burns',
        burning: true,
      },
    ],
  };

  it('shows what is left as a meter with words, and what burns', async () => {
    const { find, host } = await create(SloCard, { view });
    const meter = find('[role=meter]');

    expect(meter.getAttribute('aria-valuenow')).toBe('64');
    expect(meter.getAttribute('aria-valuetext')).toBe('64 %');
    expect(meter.querySelector('span')?.style.inlineSize).toBe('64%');
    expect(meter.classList).not.toContain('spent');
    expect(words(find('app-tone-badge'))).toBe('Healthy');
    expect(texts(host, 'tbody tr')).toEqual(['fast 6 s and 15 s9.0×7.0×6.0×burns']);
    expect(words(find('.burning'))).toBe('burns');
  });

  it('tells an empty budget from one of which nobody knows', async () => {
    const { find, set } = await create(SloCard, {
      view: { ...view, left: 0, leftText: '0 %' },
    });

    expect(find('[role=meter]').classList).toContain('spent');

    await set('view', { ...view, left: undefined, leftText: 'no data' });

    expect(find('[role=meter]').classList).not.toContain('spent');
    expect(find('[role=meter]').getAttribute('aria-valuetext')).toBe('no data');
  });
});

describe(AlertList.name, () => {
  const alert: AlertView = {
    fingerprint: 'f1',
    name: 'Slow',
    look: { tone: 'bad', icon: 'alert', text: 'Firing' },
    summary: 'Too slow.',
    labels: 'service=orders',
    time: 'since 12:00:00',
    silencedUntil: undefined,
    open: true,
  };

  it('lets those be silenced that go on', async () => {
    const past = { ...alert, fingerprint: 'f2', summary: '', open: false };
    const { component, find, host } = await create(AlertList, {
      label: 'Alerts',
      alerts: [alert, past],
    });
    const silenced: string[] = [];
    component.silenced.subscribe((fingerprint) => silenced.push(fingerprint));
    find('button').click();

    expect(silenced).toEqual(['f1']);
    expect(host.querySelectorAll('button')).toHaveLength(1);
    expect(find('button').getAttribute('aria-label')).toBe(
      'Silence for 1 min: Slow service=orders',
    );
    expect(texts(host, 'li')[1]).toBe('FiringSlowsince 12:00:00service=orders');
  });

  it('shows a silence with its end, and ends it', async () => {
    const { component, find } = await create(AlertList, {
      label: 'Alerts',
      alerts: [{ ...alert, silencedUntil: '12:01:00' }],
    });
    const ended: string[] = [];
    component.unsilenced.subscribe((fingerprint) => ended.push(fingerprint));
    find('button').click();

    expect(words(find('footer'))).toBe('Silenced until 12:01:00End the silence');
    expect(ended).toEqual(['f1']);
  });

  it('says when there are none', async () => {
    const { host } = await create(AlertList, {
      label: 'Alerts',
      alerts: [],
      empty: 'All is well.',
    });

    expect(texts(host, 'li')).toEqual(['All is well.']);
  });
});

describe(LongText.name, () => {
  const setUp = async (writeText?: (text: string) => Promise<void>) => {
    Object.defineProperty(navigator, 'clipboard', {
      configurable: true,
      value: writeText && { writeText },
    });
    const made = await create(LongText, { text: 'a 1\nb 2\n', label: 'Metrics as text' });
    document.body.append(made.host);
    const refused: string[] = [];
    made.component.refused.subscribe(() => refused.push('refused'));
    made.find('button').click();
    await made.fixture.whenStable();
    return { ...made, refused };
  };

  it('copies the text', async () => {
    const copied: string[] = [];
    const { find, refused } = await setUp(async (text) => {
      copied.push(text);
      return Promise.resolve();
    });

    expect(copied).toEqual(['a 1\nb 2\n']);
    expect(words(find('[role=status]'))).toBe('Copied.');
    expect(refused).toEqual([]);
  });

  it.each<[string, (() => Promise<void>) | undefined]>([
    ['refuses', async () => Promise.reject(new Error('no'))],
    ['cannot', undefined],
  ])('selects the text when the browser %s', async (_what, writeText) => {
    const { find, refused } = await setUp(writeText);

    expect(words(find('[role=status]'))).toContain('The browser refused.');
    expect(document.getSelection()?.toString()).toBe('a 1\nb 2\n');
    expect(refused).toEqual(['refused']);
  });
});

describe(DownloadText.name, () => {
  it('offers a file, and lets go of it later', async () => {
    TestBed.configureTestingModule({ providers: [provideRxMeshTesting()] });
    const blobs: Blob[] = [];
    const revoked: string[] = [];
    Object.assign(URL, {
      createObjectURL: (blob: Blob) => `blob:${blobs.push(blob)}`,
      revokeObjectURL: (url: string) => revoked.push(url),
    });
    const clicked: (readonly [string, string])[] = [];
    const click = jest.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (
      this: HTMLAnchorElement,
    ) {
      clicked.push([this.href, this.download]);
    });
    const { component, find } = await create(DownloadText, {
      file: 'a.json',
      type: 'application/json',
      make: () => '{}',
    });
    const sizes: number[] = [];
    component.offered.subscribe((size) => sizes.push(size));
    find('button').click();
    click.mockRestore();

    expect(clicked).toEqual([['blob:1', 'a.json']]);
    expect(blobs.map(({ size, type }) => [size, type])).toEqual([[2, 'application/json']]);
    expect([sizes, revoked]).toEqual([[2], []]);

    TestBed.inject(ManualClock).advance(10_000);

    expect(revoked).toEqual(['blob:1']);
  });
});
