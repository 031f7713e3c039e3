import { provideRxMesh, withMessaging } from 'rx-mesh';
import { withStompTransport } from 'rx-mesh/stomp';

export const rabbitProviders = provideRxMesh(
  withMessaging(),
  withStompTransport({
    url: 'wss://broker.shop.example/ws',
    exchange: 'shop',
    // A token that runs out, fetched anew for each connection.
    connectHeaders: async () => ({ login: 'page', passcode: await tokenOfThePage() }),
  }),
);

async function tokenOfThePage(): Promise<string> {
  const answer = await fetch('/session/broker-token');
  return answer.text();
}
