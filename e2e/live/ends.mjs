// How the live demo ends, and how it does without servers: nothing of it stays, and what is missing is told.
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { childrenOf, isThere, runToEnd, startRunner, until } from './runner.mjs';

const AGAIN = ['--no-build', '--port', '0'];
const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('rx-mesh-live-'));
const gone = (pids) => until(() => !pids.some(isThere), `${pids.join(', ')} are gone`, 5000);

/** @param runner One that runs with all servers. */
export async function checkEnds(check, runner) {
  await check('Ctrl-C ends everything, and throws all files away', async () => {
    const pids = childrenOf(runner.pid);
    if (pids.length < 16) throw new Error(`only ${pids.length} children`);
    const before = folders();
    const code = await runner.end('SIGINT');
    if (code !== 0) throw new Error(`exit code ${code}`);
    await gone(pids);
    if (folders().length >= before.length) throw new Error(`${folders()} stay`);
    return `${pids.length} processes`;
  });

  await check('without any server it tells what to install, and the services run', async () => {
    const bare = await startRunner(AGAIN, { env: { PATH: '' } });
    const told = bare.said();
    for (const name of [
      'nats-server is not there (apt-get install nats-server)',
      'redis-server is not there (apt-get install redis-server)',
      'webdis is not there (apt-get install webdis)',
      'prometheus is not there (apt-get install prometheus)',
      'prometheus-pushgateway is not there (apt-get install prometheus-pushgateway)',
      'prometheus-alertmanager is not there (apt-get install prometheus-alertmanager)',
    ]) {
      if (told.split(name).length !== 2) throw new Error(`"${name}" is not told once:\n${told}`);
    }
    const { instances, nats } = await bare.facts();
    if (nats !== undefined) throw new Error(`there is ${nats}`);
    const port = new URL(instances['orders-1']).port;
    const answer = await fetch(`http://127.0.0.1:${port}/health`);
    if (!answer.ok) throw new Error(`${answer.status}`);
    // Nothing can be done any more by who is killed so.
    const pids = childrenOf(bare.pid);
    await bare.end('SIGKILL');
    await gone(pids);
    return `and a killed runner leaves none of ${pids.length} processes`;
  });

  await check('a port that is taken and an option that is none are told', async () => {
    const taken = await startRunner(AGAIN, { env: { PATH: '' } });
    const { port } = new URL(taken.url);
    const [second, wrong] = await Promise.all([
      runToEnd(['--no-build', '--port', port]),
      runToEnd(['--ports', '1']),
    ]);
    await taken.end('SIGTERM');
    const told = [second.code, wrong.code, /somebody else has it/.test(second.said)];
    if (String(told) !== '1,1,true' || !/--port <n>/.test(wrong.said)) {
      throw new Error(`${told}\n${second.said}\n${wrong.said}`);
    }
  });
}
