import fc from 'fast-check';
import { aMessage } from '../spec-support/contracts/message-transport';
import { watched } from '../spec-support/socket-world';
import { stompFrame, stompWorld } from '../spec-support/stomp-world';
import { StompTransport } from './stomp-transport';

const sound = (id: string) => JSON.stringify({ v: 1, ...aMessage('a', { id }) });
const message = (body: string, more: object = {}) =>
  stompFrame('MESSAGE', { subscription: 's1', 'message-id': '1', ...more }, body);

const setUp = async () => {
  const world = stompWorld({ maxMessageSize: 1000 });
  const got: string[] = [];
  const receiving = world.transport.receive('a').subscribe(({ id }) => got.push(id));
  await world.come();
  return { ...world, got, stop: () => receiving.unsubscribe() };
};

// The package tells the console that it was asked for something by a name that all objects have.
const silence = () =>
  jest
    .spyOn<Console, 'log'>(Reflect.get(globalThis, 'console'), 'log')
    .mockImplementation(() => undefined);

afterEach(() => jest.restoreAllMocks());

describe(`${StompTransport.name} and what is no message`, () => {
  it.each([
    ['no JSON', '{'],
    ['of another version', sound('m').replace('"v":1', '"v":2')],
    ['of another topic than its destination', sound('m').replace('"topic":"a"', '"topic":"b"')],
    ['with a key by which prototypes are attacked', sound('m').replace('null', '{"__proto__":1}')],
    ['too large', sound('x'.repeat(1000))],
    ['empty', ''],
  ])('leaves out what is %s, tells it once, and goes on', async (_name, body) => {
    const { broker, come, diagnostics, got } = await setUp();
    broker.last.receive(message(body));
    broker.last.receive(message(body));
    broker.last.receive(message(sound('m-1')));
    await come();

    expect([got, diagnostics.codes, broker.open]).toEqual([['m-1'], ['RXM401'], 1]);

    broker.last.receive(message(body));
    await come();

    expect(diagnostics.codes).toEqual(['RXM401', 'RXM401']);
  });

  it('acknowledges what is no message, or a durable queue would give it for ever', async () => {
    const { broker, come, transport } = stompWorld({ queue: () => 'q' });
    watched(transport.receive('a'));
    await come();
    broker.last.receive(message('{', { ack: '7' }));
    await come();

    expect(broker.frames.at(-1)?.command).toBe('ACK');
    expect(broker.frames.at(-1)?.headers.get('id')).toBe('7');
  });

  it('reads bytes as text, a frame in pieces, and several frames at once', async () => {
    const { broker, come, got } = await setUp();
    const bytes = new TextEncoder().encode(message(sound('é')));
    broker.last.receive(bytes.buffer);
    const text = message(sound('m-1')) + message(sound('m-2'));
    broker.last.receive(text.slice(0, 50));
    broker.last.receive(text.slice(50));
    await come();

    expect(got).toEqual(['é', 'm-1', 'm-2']);
  });

  it('takes no notice of messages, receipts and frames that are for nobody', async () => {
    silence();
    const { broker, come, got, diagnostics } = await setUp();
    for (const name of ['__proto__', 'constructor', 'hasOwn', 's99', '']) {
      broker.last.receive(stompFrame('MESSAGE', { subscription: name }, sound('m')));
      broker.last.receive(stompFrame('RECEIPT', { 'receipt-id': name }));
      broker.last.receive(stompFrame(name === '' ? 'WHAT' : name, {}));
    }
    broker.last.receive(stompFrame('RECEIPT', {}));
    broker.last.receive(stompFrame('CONNECTED', { version: '1.2' }));
    broker.last.receive(message(sound('m-1')));
    await come();

    expect([got, diagnostics.codes, broker.open]).toEqual([['m-1'], [], 1]);
    expect(broker.told()).toEqual(['CONNECT', 'SUBSCRIBE a']);
  });

  it.each([
    ['a frame without an end', () => ['MESSAGE\n', 'x'.repeat(40_000), 'x'.repeat(40_000)]],
    [
      'a frame that says it is endless',
      () => [
        'MESSAGE\ncontent-length:99999999\n\n',
        ...Array.from({ length: 70 }, () => `${'x'.repeat(1000)}\0`),
      ],
    ],
    ['neither text nor bytes', () => [5]],
  ])('ends the connection at %s', async (_name, frames) => {
    const { broker, come, diagnostics, got } = await setUp();
    const [first] = broker.all;
    for (const frame of frames()) first?.receive(frame);

    expect([first?.closedBy, diagnostics.records[0]?.message]).toEqual([
      1000,
      expect.stringContaining('what came is no frame, or one that is too large'),
    ]);

    await come(100);
    broker.last.receive(message(sound('m-1')));

    expect([got, broker.open]).toEqual([['m-1'], 1]);
  });

  it('is not led astray by anything', async () => {
    silence();
    const header = fc.dictionary(
      fc.oneof(
        fc.constantFrom(
          'subscription',
          'receipt-id',
          'content-length',
          'ack',
          '__proto__',
          'version',
        ),
        fc.string({ maxLength: 5 }),
      ),
      fc.oneof(
        fc.constantFrom('s1', 'm1', '-1', '5', 'NaN', 'constructor'),
        fc.string({ maxLength: 9 }),
      ),
      { maxKeys: 4 },
    );
    const command = fc.oneof(
      fc.constantFrom('MESSAGE', 'RECEIPT', 'CONNECTED', 'toString', '__proto__', 'valueOf'),
      fc.string({ maxLength: 9 }),
    );
    const frame = fc.oneof(
      fc
        .tuple(command, header, fc.oneof(fc.json(), fc.string()))
        .map((parts) => stompFrame(...parts)),
      fc.string(),
      fc.uint8Array({ maxLength: 60 }).map((bytes) => bytes.slice().buffer),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { maxLength: 20 }), async (frames) => {
        const { broker, come, clock, got, stop } = await setUp();
        for (const each of frames) broker.last.receive(each);
        await come(100);
        broker.last.lose();
        await come(100);
        broker.last.receive(message(sound('m-1')));
        stop();
        await come();

        expect([got.at(-1), broker.open, clock.pending]).toEqual(['m-1', 0, 0]);
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
