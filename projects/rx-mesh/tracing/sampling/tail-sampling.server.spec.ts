import { TestBed } from '@angular/core/testing';
import { provideRxMeshTesting } from 'rx-mesh/testing';
import { TAIL_SAMPLER } from './tail-sampler';
import { tailSampling } from './tail-sampling';

describe('tailSampling on a server', () => {
  it('does nothing, for nothing is sent', () => {
    TestBed.configureTestingModule({
      providers: [provideRxMeshTesting(), ...tailSampling().ɵproviders],
    });

    expect(TestBed.inject(TAIL_SAMPLER)).toBeNull();
  });
});
