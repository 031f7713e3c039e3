import { TestBed } from '@angular/core/testing';
import { MESSAGE_TRANSPORT } from 'rx-mesh';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { rabbitProviders } from './rabbit';

describe('Messages over RabbitMQ', () => {
  it('open nothing before somebody sends or receives', () => {
    TestBed.configureTestingModule({ providers: [rabbitProviders, provideRxMeshTesting()] });
    expect(TestBed.inject(MESSAGE_TRANSPORT)).toBeDefined();
    expect(TestBed.inject(ManualClock).pending).toBe(0);
  });
});
