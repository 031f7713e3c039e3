import { EnvironmentInjector, createEnvironmentInjector, inject } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRxMesh } from 'rx-mesh';
import { CLOCK, isInvalidOptionError } from 'rx-mesh/kernel';
import { gatewayWorld, ordersRoute } from './spec-support/gateway-world';
import { RouteTableError } from './gateway-errors';
import { ReactiveApiGatewayService } from './reactive-api-gateway-service';
import { withGateway } from './with-gateway';

describe(withGateway.name, () => {
  it('is a gateway without routes by default', () => {
    const { gateway, get } = gatewayWorld({});
    expect(gateway.routes()).toEqual([]);
    expect(get('/orders/7').errors).toMatchObject([{ status: 404 }]);
  });

  it('makes routes where services can be had', () => {
    const { gateway } = gatewayWorld({
      routes: () => [ordersRoute({ name: inject(CLOCK).now() > 0 ? 'made' : '' })],
    });
    expect(gateway.routes().map(({ name }) => name)).toEqual(['made']);
  });

  it('sets up a gateway of its own for a lazy route', () => {
    const { gateway } = gatewayWorld({});
    const lazy = createEnvironmentInjector(
      [provideRxMesh(withGateway({ routes: [ordersRoute()] }))],
      TestBed.inject(EnvironmentInjector),
    );
    expect(lazy.get(ReactiveApiGatewayService).routes()).toHaveLength(1);
    expect(gateway.routes()).toEqual([]);
    lazy.destroy();
  });

  it('refuses routes that cannot be used at the definition', () => {
    expect(() => withGateway({ routes: [ordersRoute(), ordersRoute()] })).toThrow(RouteTableError);
  });

  it.each<[string, Parameters<typeof withGateway>[0]]>([
    ['basePath', { basePath: 'api' }],
    ['basePath', { basePath: '/api/' }],
    ['concurrency', { concurrency: 0 }],
    ['queue', { queue: -1 }],
    ['maxWait', { maxWait: 0 }],
    ['allowedOrigins', { allowedOrigins: ['https://a.example/path'] }],
    ['allowedOrigins', { allowedOrigins: ['a.example'] }],
  ])('refuses a %s that is out of its range: %j', (option, options) => {
    let error: unknown;
    try {
      withGateway(options);
    } catch (thrown) {
      error = thrown;
    }
    expect(isInvalidOptionError(error)).toBe(true);
    expect(error).toMatchObject({ option: `GatewayOptions.${option}` });
  });
});
