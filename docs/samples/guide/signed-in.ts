import { provideHttpClient, withInterceptors } from '@angular/common/http';
import {
  gatewayInterceptor,
  provideRxMesh,
  withGateway,
  withStaticServices,
  withTokens,
} from 'rx-mesh';
import { type JwtOptions, jwtValidator } from 'rx-mesh/jwt';

/** `keys`: the address of the key set, as `{ jwksUrl }`, or the keys themselves, as `{ keys }`. */
export const signedInProviders = (keys: Pick<JwtOptions, 'jwksUrl' | 'keys'>) => [
  provideHttpClient(withInterceptors([gatewayInterceptor])),
  provideRxMesh(
    withStaticServices([{ name: 'orders', instances: ['/services/orders'] }]),
    withGateway({
      routes: [
        {
          path: '/orders/:id',
          method: 'GET',
          targetService: 'orders',
          targetPath: '/orders/:id',
          authentication: { roles: ['customer'] },
        },
      ],
    }),
    withTokens({
      validator: jwtValidator({ ...keys, issuer: 'https://id.example.com', audience: 'shop' }),
    }),
  ),
];
