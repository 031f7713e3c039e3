import { HttpClient, HttpContext, provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { URL_TEMPLATE, withRxMeshInterceptors } from 'rx-mesh';
import { provideRxMeshTesting } from 'rx-mesh/testing';
import { see } from '../cookbook/spec-support/see';
import { Busy } from './migrate-spinner';

describe('What was a spinner interceptor', () => {
  it('turns while a request is under way, also when it fails or is left, and for no poll', () => {
    TestBed.configureTestingModule({
      providers: [
        provideHttpClient(withRxMeshInterceptors()),
        provideHttpClientTesting(),
        provideRxMeshTesting(),
      ],
    });
    const http = TestBed.inject(HttpClient);
    const backend = TestBed.inject(HttpTestingController);
    const fixture = TestBed.createComponent(Busy);
    const isShown = () => {
      fixture.detectChanges();
      return (fixture.nativeElement as HTMLElement).textContent.includes('Loading');
    };
    expect(isShown()).toBe(false);
    const [failed, left] = [see(http.get('/a')), see(http.get('/b'))];
    expect(isShown()).toBe(true);
    backend.expectOne('/a').flush('', { status: 500, statusText: 'Ill' });
    expect(isShown()).toBe(true);
    left.leave();
    expect(isShown()).toBe(false);
    expect(failed.errors).toHaveLength(1);
    const context = new HttpContext().set(URL_TEMPLATE, '/notifications');
    const poll = see(http.get('/notifications', { context }));
    expect(isShown()).toBe(false);
    poll.leave();
  });
});
