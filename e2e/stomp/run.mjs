// The room `stomp` against a real RabbitMQ that is killed and started again under load, as CI does.
//
//   node e2e/stomp/run.mjs
//
// Exit codes: 0 all is well, or there is no RabbitMQ here; 1 a check failed.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

if (!existsSync('/usr/lib/rabbitmq/bin/rabbitmq-server')) {
  console.log(`Skipped: there is no RabbitMQ. On Debian it is to be had by
  apt-get install -y --no-install-recommends rabbitmq-server`);
  process.exit(process.env.CI ? 1 : 0);
}
const { status } = spawnSync('jest', ['--config', 'e2e/stomp/jest.config.ts'], {
  stdio: 'inherit',
});
process.exit(status ?? 1);
