import { TestBed } from '@angular/core/testing';
import { provideRxMeshTesting } from 'rx-mesh/testing';
import { FakeRegistrySource } from '../../../spec-support/contracts/fake-registry-source';
import { REGISTRY_SOURCES } from '../registry-source';
import { provideRegistrySource } from './provide-registry-source';
import { TAB_PORTS } from './tab-ports';
import { withTabSharing } from './tab-sharing';

describe('a source that tabs share, on a server', () => {
  it('is the plain source: there are no tabs', () => {
    TestBed.configureTestingModule({
      providers: [
        provideRxMeshTesting(),
        { provide: FakeRegistrySource, useFactory: () => new FakeRegistrySource('fake') },
        provideRegistrySource(FakeRegistrySource, { token: '' }, 'token'),
        ...withTabSharing().ɵproviders,
      ],
    });

    expect(TestBed.inject(TAB_PORTS)).toBeUndefined();
    expect(TestBed.inject(REGISTRY_SOURCES)[0]).toBe(TestBed.inject(FakeRegistrySource));
  });
});
