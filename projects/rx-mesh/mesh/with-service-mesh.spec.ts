import { TestBed } from '@angular/core/testing';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { SERVICE_MESH, type ServiceMeshOptions } from './service-mesh-options';
import { withServiceMesh } from './with-service-mesh';

const valuesOf = (options?: ServiceMeshOptions) => {
  const { ɵproviders } = withServiceMesh(options);
  TestBed.configureTestingModule({ providers: [...ɵproviders] });
  return TestBed.inject(SERVICE_MESH.token);
};

describe('withServiceMesh', () => {
  it('has a default for every option', () => {
    const defaults = {
      name: 'app',
      discoveryTimeout: 2000,
      strategy: 'peak-ewma',
      zone: '',
      panicThreshold: 0.5,
      slowStart: 0,
      outliers: {},
      maxInstances: 50_000,
    };

    expect(TestBed.inject(SERVICE_MESH.token)).toEqual(defaults);

    TestBed.resetTestingModule();

    expect(valuesOf()).toEqual(defaults);
    expect(withServiceMesh().ɵkind).toBe('service-mesh');
  });

  it('sets what it is given, zero too', () => {
    const given = { discoveryTimeout: 0, strategy: 'mine', maxInstances: 1, panicThreshold: 0 };

    expect(valuesOf(given)).toEqual({ ...SERVICE_MESH.defaults, ...given });
  });

  it.each<[ServiceMeshOptions, string]>([
    [{ discoveryTimeout: -1 }, 'discoveryTimeout is -1, but must be a number of at least 0'],
    [{ discoveryTimeout: NaN }, 'discoveryTimeout is NaN'],
    [{ discoveryTimeout: 2 ** 31 }, 'discoveryTimeout is 2147483648, but must be at most'],
    [{ strategy: '' }, 'strategy is "", but must be a text that is not empty'],
    [{ maxInstances: 0 }, 'maxInstances is 0, but must be a whole number of at least 1'],
    [{ outliers: { maxShare: 2 } }, 'outliers is an object, but must be one whose maxShare is'],
    [{ panicThreshold: 2 }, 'panicThreshold is 2, but must be a number from 0 to 1'],
    [{ slowStart: -1 }, 'slowStart is -1'],
    [{ timeout: 1 } as object, 'timeout is 1, but must be left out: there is no such option'],
  ])('refuses %p', (options, message) => {
    expect(() => withServiceMesh(options)).toThrow(InvalidOptionError);
    expect(() => withServiceMesh(options)).toThrow(`ServiceMeshOptions.${message}`);
  });
});
