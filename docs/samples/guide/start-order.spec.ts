import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { appConfig } from './start-config';
import { OrderPage } from './start-order';

describe(OrderPage.name, () => {
  it('waits, tells of a failure, and has the order at the second try', async () => {
    TestBed.configureTestingModule({
      providers: [...appConfig.providers, provideHttpClientTesting(), provideRxMeshTesting()],
    });
    const http = TestBed.inject(HttpTestingController);
    const fixture = TestBed.createComponent(OrderPage);
    fixture.componentRef.setInput('id', 7);
    const page = fixture.nativeElement as HTMLElement;
    const shown = () => {
      fixture.detectChanges();
      return page.textContent.trim();
    };
    expect(shown()).toBe('One moment …');
    http.expectOne({ method: 'GET' }).flush('gone', { status: 404, statusText: 'Not Found' });
    await Promise.resolve();
    expect(shown()).toContain('We cannot reach our orders');
    page.querySelector('button')?.click();
    shown();
    http.expectOne({ method: 'GET' }).flush({ id: 7, item: 'a teapot' });
    await Promise.resolve();
    expect(shown()).toBe('a teapot');
    expect(TestBed.inject(ManualClock).pending).toBe(0);
  });
});
