import { TestBed } from '@angular/core/testing';
import { provideRxMeshTesting } from 'rx-mesh/testing';
import { see, settled } from '../cookbook/spec-support/see';
import { SharedCarts, natsProviders } from './nats-carts';

describe(SharedCarts.name, () => {
  it('connects to nothing where pages are rendered, and says so', async () => {
    TestBed.configureTestingModule({ providers: [natsProviders, provideRxMeshTesting()] });
    const seen = see(TestBed.inject(SharedCarts).put('anna', ['tea']));
    await settled();
    expect(seen.errors).toMatchObject([{ code: 'RXM420' }]);
  });
});
