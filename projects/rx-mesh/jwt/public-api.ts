export { JOSE, type JoseModule } from './jose-module';
export { type JwtAlgorithm, type JwtOptions } from './jwt-options';
export { jwtValidator } from './jwt-validator';
