import {
  InvalidOptionError,
  RxMeshError,
  createErrorGuard,
  isInvalidOptionError,
  isRxMeshError,
  withoutStack,
} from './rx-mesh-error';

class SpecError extends RxMeshError {
  readonly code = 'RXM999';
}

class NamedError extends RxMeshError {
  readonly code = 'RXM998';
  override readonly name = 'NamedError';
}

describe(RxMeshError.name, () => {
  it('is an error with a code, a message and the cause as it was', () => {
    const cause = { status: 503 };
    const error = new SpecError('It broke.', { cause });

    expect(error).toBeInstanceOf(Error);
    expect(error.code).toBe('RXM999');
    expect(error.message).toBe('It broke.');
    expect(error.cause).toBe(cause);
  });

  it('has no cause if there is none', () => {
    expect('cause' in new SpecError('It broke.')).toBe(false);
    expect('cause' in new SpecError('It broke.', { cause: undefined })).toBe(true);
  });

  it('is read by its code, since class names are minified', () => {
    expect(String(new SpecError('It broke.'))).toBe('RxMeshError RXM999: It broke.');
  });

  it('shows its code but not its name among its keys', () => {
    expect(Object.keys(new SpecError('It broke.'))).toEqual(['code']);
  });

  it('lets a subclass have a name of its own', () => {
    expect(String(new NamedError('It broke.'))).toBe('NamedError: It broke.');
  });
});

describe('isRxMeshError', () => {
  it('holds for errors of rx-mesh, also of another copy of the package', () => {
    const foreign = Object.assign(new Error('Far away.'), { code: 'RXM201' });

    expect(isRxMeshError(new SpecError('It broke.'))).toBe(true);
    expect(isRxMeshError(foreign)).toBe(true);
  });

  it.each([
    ['another error', new Error('RXM201')],
    ['an error of another code', Object.assign(new Error(''), { code: 'ENOENT' })],
    ['an error of a longer code', Object.assign(new Error(''), { code: 'RXM201x' })],
    ['a numeric code', Object.assign(new Error(''), { code: 201 })],
    [
      'a code that cannot become text',
      Object.assign(new Error(''), { code: Object.create(null) as unknown }),
    ],
    ['an object that is no error', { code: 'RXM201', message: '' }],
    ['a string', 'RXM201'],
    ['nothing', undefined],
    ['null', null],
  ])('does not hold for %s', (_, value: unknown) => {
    expect(isRxMeshError(value)).toBe(false);
  });
});

describe('createErrorGuard', () => {
  it('holds for the one code', () => {
    const isSpecError = createErrorGuard<SpecError>('RXM999');

    expect(isSpecError(new SpecError('It broke.'))).toBe(true);
    expect(isSpecError(new NamedError('It broke.'))).toBe(false);
    expect(isSpecError('RXM999')).toBe(false);
  });
});

describe(InvalidOptionError.name, () => {
  it.each([
    [-1, '-1'],
    ['fast', '"fast"'],
    [NaN, 'NaN'],
    [undefined, 'undefined'],
    [null, 'null'],
    [Symbol('s'), 'Symbol(s)'],
    [12n, '12'],
    [() => 1, 'a function'],
    [[1], 'an array'],
    [{ secret: 1 }, 'an object'],
  ])('names the option, the value %p and the remedy', (value: unknown, text) => {
    const error = new InvalidOptionError('SpecOptions.size', value, 'a whole number');

    expect(error.message).toBe(`SpecOptions.size is ${text}, but must be a whole number.`);
    expect([error.option, error.value, error.expected]).toEqual([
      'SpecOptions.size',
      value,
      'a whole number',
    ]);
    expect(isInvalidOptionError(error)).toBe(true);
    expect(isInvalidOptionError(new SpecError(''))).toBe(false);
  });
});

describe(withoutStack.name, () => {
  it('makes a real error without the trace of its stack, and leaves others as they were', () => {
    const error = withoutStack(() => new Error('refused'));

    expect(error).toBeInstanceOf(Error);
    expect(error.stack).not.toContain('\n    at ');
    expect(new Error('usual').stack).toContain('\n    at ');
  });

  it('restores the engine when making the error fails', () => {
    expect(() =>
      withoutStack(() => {
        throw new Error('bug');
      }),
    ).toThrow('bug');
    expect(new Error('usual').stack).toContain('\n    at ');
  });

  it('makes a usual error in an engine that has no such limit', () => {
    const engine = Error as { stackTraceLimit?: number | undefined };
    const limit = engine.stackTraceLimit;
    engine.stackTraceLimit = undefined;
    const error = withoutStack(() => new Error('refused'));
    engine.stackTraceLimit = limit;

    expect(error.message).toBe('refused');
  });
});
