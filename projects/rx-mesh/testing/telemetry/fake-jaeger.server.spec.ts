import { FakeJaeger } from './fake-jaeger';

const gzip = async (body: BlobPart): Promise<ArrayBuffer> =>
  new Response(new Blob([body]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer();
const empty = '{"resourceSpans":[]}';

const post = async (body: BodyInit) => {
  const answer = await new FakeJaeger().handle(
    new Request('http://jaeger.test/v1/traces', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' },
      body,
    }),
  );
  return [answer.status, await answer.json()] as const;
};

describe(FakeJaeger.name, () => {
  it('unpacks a body', async () => {
    expect(await post(await gzip(empty))).toEqual([200, { partialSuccess: {} }]);
  });

  it('refuses a body that is not packed, or that breaks off', async () => {
    const whole = await gzip(empty);

    expect(await post(empty)).toMatchObject([400, { code: 3 }]);
    expect(await post(whole.slice(0, whole.byteLength - 9))).toMatchObject([400, { code: 3 }]);
  });

  it('stops to unpack what is too large', async () => {
    const bomb = await gzip(new Uint8Array(8_388_608));

    expect(bomb.byteLength).toBeLessThan(20_000);
    expect(await post(bomb)).toMatchObject([413, { message: 'request body too large' }]);
  });
});
