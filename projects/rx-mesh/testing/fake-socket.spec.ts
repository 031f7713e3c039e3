import { FakeSocket, FakeSockets } from './fake-socket';

const heardBy = (socket: FakeSocket): unknown[] => {
  const heard: unknown[] = [];
  socket.addEventListener('open', () => heard.push('open'));
  socket.addEventListener('error', () => heard.push('error'));
  socket.addEventListener('message', (event) => heard.push((event as MessageEvent).data));
  socket.addEventListener('close', (event) => {
    const { code, reason } = event as CloseEvent;
    heard.push([code, reason]);
  });
  return heard;
};

const setUp = () => {
  const sockets = new FakeSockets();
  const socket = sockets.factory('wss://a.test/x', ['v1']);
  return { sockets, socket, heard: heardBy(socket) };
};

describe(FakeSockets.name, () => {
  it('keeps all sockets, and counts the open ones', () => {
    const { sockets, socket } = setUp();
    const other = sockets.factory('wss://b.test');

    expect([sockets.all, sockets.last, sockets.open]).toEqual([[socket, other], other, 2]);

    other.close();

    expect(sockets.open).toBe(1);
    expect([socket.url, socket.protocols, other.protocols]).toEqual(['wss://a.test/x', ['v1'], []]);
  });

  it('has no last socket before the first one', () => {
    expect(() => new FakeSockets().last).toThrow('No socket was opened.');
  });

  it('accepts by itself if it is told to', async () => {
    const { sockets } = setUp();
    sockets.accepting = true;
    const socket = sockets.factory('wss://a.test');

    expect(socket.readyState).toBe(0);

    await Promise.resolve();

    expect(socket.readyState).toBe(1);
  });
});

describe(FakeSocket.name, () => {
  it('opens once, carries both ways, and tells the end once', () => {
    const { sockets, socket, heard } = setUp();
    const came: unknown[] = [];
    sockets.onMessage = (_socket, data) => came.push(data);
    socket.accept();
    socket.accept();
    socket.receive('text');
    socket.receive({ a: 1 });
    socket.send('up');
    socket.lose(1001, 'away');
    socket.lose();
    socket.receive('late');

    expect(heard).toEqual(['open', 'text', '{"a":1}', [1001, 'away']]);
    expect([came, socket.sent, socket.readyState]).toEqual([['up'], ['up'], 3]);
  });

  it('passes bytes on as they are', () => {
    const { socket, heard } = setUp();
    const bytes = new ArrayBuffer(2);
    socket.accept();
    socket.receive(bytes);

    expect(heard[1]).toBe(bytes);
  });

  it('tells a loss without a word as a browser does', () => {
    const { socket, heard } = setUp();
    socket.receive('before it is open');
    socket.lose();

    expect(heard).toEqual(['error', [1006, '']]);
  });

  it('closes with what a page may say, and sends nothing any more', () => {
    const { sockets, socket, heard } = setUp();
    sockets.prompt = false;
    socket.accept();
    socket.close(4000);
    socket.close();
    socket.send('late');

    expect([socket.readyState, socket.closedBy, socket.sent]).toEqual([2, 4000, []]);

    socket.receive('under way');
    socket.finish();
    socket.finish();

    expect(heard).toEqual(['open', 'under way', [4000, '']]);
  });

  it.each([1001, 1006, 2999, 5000])('cannot be closed with %p', (code) => {
    expect(() => setUp().socket.close(code)).toThrow('A page must not close');
  });

  it('cannot send before it is open', () => {
    expect(() => setUp().socket.send('early')).toThrow('Still connecting.');
  });

  it('buffers while it is stalled, until it is drained', () => {
    const { sockets, socket } = setUp();
    sockets.stalled = true;
    socket.accept();
    socket.send('abc');
    socket.send(new Uint8Array(4));
    socket.send(new Blob(['12345']));

    expect(socket.bufferedAmount).toBe(12);

    socket.drain(10);

    expect(socket.bufferedAmount).toBe(2);

    socket.drain();

    expect(socket.bufferedAmount).toBe(0);
  });
});
