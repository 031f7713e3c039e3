import { Injector } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import { setImmediate } from 'node:timers/promises';
import { LEADERSHIP, pageLeadership } from 'rx-mesh/kernel';
import { MESSAGE_TRANSPORT, MessageBrokerService } from 'rx-mesh/messaging';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { ShopWork } from '../events/shop-work';
import { TabPresence } from './tab-presence';
import { Tabs } from './tabs';

const OTHER = 'abcd1234';

const setUp = async () => {
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting({ seed: 3 }),
      provideRouter([]),
      { provide: LEADERSHIP, useValue: pageLeadership() },
    ],
  });
  const clock = TestBed.inject(ManualClock);
  TestBed.inject(ShopWork).start();
  const fixture = TestBed.createComponent(Tabs);
  const host = fixture.nativeElement as HTMLElement;
  const broker = TestBed.inject(MessageBrokerService);
  const settle = async () => {
    for (let round = 0; round < 4; round++) {
      for (let turn = 0; turn < 10; turn++) await setImmediate();
      TestBed.tick();
    }
  };
  const pass = async (ms = 0) => {
    await settle();
    for (let left = ms; left > 0; left -= 500) {
      clock.advance(Math.min(500, left));
      await settle();
    }
  };
  /** What another tab says. */
  const say = async (topic: string, payload: unknown) => {
    broker.publish(topic, payload).subscribe();
    await pass();
  };
  const here = async (more: object = {}) =>
    say('tabs.here', { id: OTHER, page: '/mesh', leads: false, sagas: 0, ...more });
  const press = async (label: string, ms = 0) => {
    const button = [...host.querySelectorAll<HTMLButtonElement>('button')].find(
      (one) => (one.getAttribute('aria-label') ?? one.textContent.trim()) === label,
    );
    if (!button) throw new Error(`There is no button "${label}".`);
    button.click();
    await pass(ms);
  };
  const texts = (selector: string) => Array.from(host.querySelectorAll(selector), words);
  const refuse = async () => {
    host.querySelector<HTMLElement>('mat-slide-toggle button')?.click();
    await pass();
  };
  await pass();
  const me = TestBed.inject(TabPresence).id;
  return { broker, clock, fixture, here, host, me, pass, press, refuse, say, texts };
};

/** The words of an element, those of its parts apart from each other. */
const words = (element: Node): string => {
  const parts: string[] = [];
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) parts.push(walker.currentNode.textContent ?? '');
  return parts.join(' ').replace(/\s+/g, ' ').trim();
};

const TABS = '[aria-label=Tabs] > li';
const NOTES = '[aria-label=Notes] > li';
const LETTERS = '[aria-label="Dead letters"] > li';

describe(Tabs.name, () => {
  it('is alone at first, and leads', async () => {
    const { texts } = await setUp();
    expect(texts(TABS)).toEqual([
      expect.stringMatching(/^Tab .{4} this one Leads the read model shows \/$/),
    ]);
    expect(texts('section > p')[0]).toContain('Nobody else.');
  });

  it('knows who comes, what they do, and who goes', async () => {
    const { here, say, texts } = await setUp();
    await here({ leads: true, sagas: 2 });
    expect(texts(TABS)[1]).toBe('Tab abcd Leads the read model Ask shows /mesh · runs 2 sagas');
    await say('tabs.gone', OTHER);
    expect(texts(TABS)).toHaveLength(1);
  });

  it('forgets a tab that is silent for long, and says before that it is', async () => {
    const { here, pass, texts } = await setUp();
    await here();
    await pass(16_000);
    expect(texts(TABS)[1]).toMatch(/silent for 1[26]\.0 s$/);
    await pass(70_000);
    expect(texts(TABS)).toHaveLength(1);
  });

  it('is not confused by what is no tab', async () => {
    const { say, texts } = await setUp();
    for (const odd of [null, 7, { id: '*' }, { id: 'a', page: '/' }]) await say('tabs.here', odd);
    await say('tabs.gone', { id: 'a' });
    await say('tabs.notes', { from: 7 });
    await say('tabs.reports', { note: 1, tab: 'a', state: 'eaten', attempt: 1 });
    expect(texts(TABS)).toHaveLength(1);
    expect(texts(NOTES)).toEqual(['Nobody has said anything yet.']);
  });

  it('tells all, and shows who has acknowledged', async () => {
    const { broker, me, press, say, texts } = await setUp();
    const heard: string[] = [];
    broker.messages('tabs.notes').subscribe(({ id }) => heard.push(id));
    await press('Tell all');
    expect(texts(NOTES)).toEqual([
      expect.stringMatching(/^Hello, everybody Tab .{4}, this one · .* acknowledged$/),
    ]);
    await say('tabs.reports', { note: heard[0], tab: OTHER, state: 'retrying', attempt: 1 });
    expect(texts('.reports li')).toEqual([
      `Tab ${me.slice(0, 4)}: acknowledged`,
      'Tab abcd: failed, try 1',
    ]);
    await say('tabs.reports', { note: heard[0], tab: OTHER, state: 'acked', attempt: 2 });
    expect(texts('.reports li')[1]).toBe('Tab abcd: acknowledged, try 2');
  });

  it('gives up what it cannot handle, and handles it when it is handed over again', async () => {
    const { press, refuse, texts } = await setUp();
    await refuse();
    await press('Tell all');
    expect(texts('.reports li')[0]).toMatch(/failed, try 1$/);
    await press('Tell all', 4000);
    expect(texts(LETTERS)).toHaveLength(2);
    expect(texts(LETTERS)[0]).toContain('given up after 3 deliveries: This tab was told to fail.');
    await press('Discard: Hello, everybody');
    await refuse();
    await press('Deliver again: Hello, everybody', 500);
    expect(texts(LETTERS)).toEqual(['None. Let this tab fail, and tell all tabs something.']);
    expect(texts('.reports li').filter((text) => text.endsWith('acknowledged'))).toHaveLength(1);
  });

  it('answers what it is asked, and says when it cannot', async () => {
    const { broker, me, refuse } = await setUp();
    const answers: unknown[] = [];
    const ask = () =>
      broker.request(`tabs.${me}.ask`, {}).subscribe({
        next: (answer) => answers.push(answer),
        error: (error: unknown) => answers.push(String(error)),
      });
    ask();
    await refuse();
    ask();
    await refuse();
    expect(answers).toEqual([
      'I show /, lead the read model, and run no saga.',
      expect.stringContaining('This tab was told to fail.'),
    ]);
  });

  it('asks another tab, which may have gone', async () => {
    const { broker, here, pass, press, texts } = await setUp();
    await here();
    const answering = broker.respond(`tabs.${OTHER}.ask`, () => 'Fine.').subscribe();
    await press('Ask Tab abcd');
    expect(texts('[role=log] li')).toEqual(['Tab abcd answers Fine.']);
    answering.unsubscribe();
    await press('Ask Tab abcd');
    await pass(6000);
    expect(texts('[role=log] li')[0]).toMatch(/^Tab abcd does not answer Nobody responds/);
  });

  it('says goodbye when the page goes, and asks who is here when it is back', async () => {
    const { broker, me } = await setUp();
    const said: unknown[] = [];
    broker.messages('tabs.gone').subscribe(({ payload }) => said.push(payload));
    broker.messages('tabs.who').subscribe(() => said.push('who'));
    window.dispatchEvent(new Event('pagehide'));
    window.dispatchEvent(new Event('pageshow'));
    expect(said).toEqual([me, 'who']);
  });

  it('leaves nothing running when the application ends', async () => {
    const { clock, press } = await setUp();
    await press('Tell all');
    expect(TestBed.inject(Injector).get(MESSAGE_TRANSPORT).name).toBe('in-memory');
    TestBed.resetTestingModule();
    expect(clock.pending).toBe(0);
  });
});
