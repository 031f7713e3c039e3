import { ManualPage } from './manual-page';

describe(ManualPage.name, () => {
  it('tells of the network once for each change', () => {
    const page = new ManualPage();
    const seen: boolean[] = [];
    page.online$.subscribe((online) => seen.push(online));
    page.goOffline();
    page.goOffline();
    page.goOnline();

    expect(seen).toEqual([true, false, true]);
    expect(page.online).toBe(true);
  });

  it('counts what interrupts it', () => {
    const page = new ManualPage();
    page.hide();

    expect([page.hidden, page.interruptions]).toEqual([true, 1]);

    page.show();
    page.interrupt();

    expect([page.hidden, page.interruptions, page.saveData]).toEqual([false, 3, false]);
  });
});
