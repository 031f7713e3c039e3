// The real servers of the live demo, each on a port that was free and with a folder that is thrown away.
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { basename, join } from 'node:path';
import { freePorts, isAlive } from './children.mjs';

/** What the demo asks of Redis, and no more: whoever can reach Webdis can do all of it. */
const REDIS_COMMANDS = ['GET', 'MGET', 'SET', 'DEL', 'PEXPIRE', 'PTTL', 'INCR', 'PUBLISH', 'PSUBSCRIBE', 'PING', 'EVAL', 'LPUSH']; // prettier-ignore

/**
 * Starts those servers whose programs are there.
 *
 * @param children Who ends them.
 * @param programs Where the programs are, by name.
 * @param origins Of the page.
 * @returns what runs, by name: `{ url, start, stop }`; and what did not start, as sentences.
 */
export async function startServers(children, programs, origins) {
  const pushgateway = programs.has('prometheus') && programs.has('prometheus-pushgateway');
  const wanted = [
    programs.has('nats-server') && ['nats', nats],
    programs.has('redis-server') && programs.has('webdis') && ['redis', redis],
    pushgateway && ['prometheus', prometheus],
    programs.has('prometheus-alertmanager') && ['alertmanager', alertmanager],
  ].filter(Boolean);
  const running = new Map();
  const failures = [];
  await Promise.all(
    wanted.map(async ([name, make]) => {
      try {
        const server = await make(children, programs, origins);
        await server.start();
        running.set(name, server);
      } catch (error) {
        failures.push(`${name} could not be started, the demo goes on without. ${error.message}`);
      }
    }),
  );
  return { running, failures };
}

/** A server of some processes, which can be stopped as by a crash, and started again where it was. */
function server(children, facts, launch) {
  let processes = [];
  const stop = async () => {
    await Promise.all(processes.map((child) => children.end(child)));
    processes = [];
  };
  return {
    ...facts,
    get pids() {
      return processes.filter(isAlive).map(({ pid }) => pid);
    },
    start: async () => {
      await stop();
      processes = await launch();
    },
    stop,
  };
}

async function nats(children, programs, origins) {
  const [port, monitor, socket] = await freePorts(3);
  const folder = children.folderOf('nats');
  const name = `rx-mesh-${randomUUID()}`;
  const config = join(folder, 'nats.conf');
  // One setting a line: 2.9 takes no other form.
  writeFileSync(
    config,
    `server_name: "${name}"
host: "127.0.0.1"
port: ${port}
http: "127.0.0.1:${monitor}"
max_payload: 1MB
websocket {
  host: "127.0.0.1"
  port: ${socket}
  no_tls: true
  compression: true
  allowed_origins: ${JSON.stringify(origins)}
}
jetstream {
  store_dir: "${folder}/data"
  max_memory_store: 64MB
  max_file_store: 1GB
}
`,
  );
  return server(
    children,
    { url: `ws://127.0.0.1:${socket}`, monitor: `http://127.0.0.1:${monitor}` },
    async () => {
      const child = children.spawn(programs.get('nats-server'), ['-c', config]);
      const isReady = async () =>
        (await json(`http://127.0.0.1:${monitor}/varz`)).server_name === name &&
        (await json(`http://127.0.0.1:${monitor}/healthz`)).status === 'ok';
      return [await children.ready(child, isReady)];
    },
  );
}

async function redis(children, programs) {
  const [port, http] = await freePorts(2);
  const folder = children.folderOf('redis');
  const config = join(folder, 'webdis.json');
  writeFileSync(
    config,
    JSON.stringify({
      redis_host: '127.0.0.1',
      redis_port: port,
      http_host: '127.0.0.1',
      http_port: http,
      threads: 2,
      pool_size: 10,
      daemonize: false,
      websockets: false,
      database: 0,
      verbosity: 1,
      logfile: join(folder, 'webdis.log'),
      acl: [{ disabled: ['*'] }, { enabled: REDIS_COMMANDS }],
    }),
  );
  const url = `http://127.0.0.1:${http}`;
  const args = `--bind 127.0.0.1 --port ${port} --appendonly no --dir ${folder}`.split(' ');
  return server(children, { url, port }, async () => {
    const store = children.spawn(programs.get('redis-server'), [...args, '--save', '']);
    await children.ready(store, async () =>
      (await redisSays(port, 'CONFIG GET dir')).includes(basename(children.folder)),
    );
    const mark = randomUUID();
    await redisSays(port, `SET whose ${mark} EX 60`);
    const door = children.spawn(programs.get('webdis'), [config]);
    await children.ready(door, async () => (await text(`${url}/GET/whose`)).includes(mark));
    await redisSays(port, 'DEL whose');
    return [store, door];
  });
}

async function prometheus(children, programs, origins) {
  const [port, gateway] = await freePorts(2);
  const folder = children.folderOf('prometheus');
  const config = join(folder, 'prometheus.json'); // JSON is YAML
  const kept = join(folder, 'pushgateway.db');
  const data = join(folder, 'data');
  writeFileSync(
    config,
    JSON.stringify({
      global: { scrape_interval: '1s', scrape_timeout: '1s' },
      scrape_configs: [
        {
          job_name: 'pushgateway',
          // `job` and `instance` are those that the page has pushed under.
          honor_labels: true,
          static_configs: [{ targets: [`127.0.0.1:${gateway}`] }],
        },
      ],
    }),
  );
  const url = `http://127.0.0.1:${port}`;
  const pushUrl = `http://127.0.0.1:${gateway}`;
  return server(children, { url, pushUrl }, async () => {
    const taker = children.spawn(programs.get('prometheus-pushgateway'), [
      `--web.listen-address=127.0.0.1:${gateway}`,
      `--persistence.file=${kept}`,
    ]);
    const asker = children.spawn(programs.get('prometheus'), [
      `--config.file=${config}`,
      `--storage.tsdb.path=${data}`,
      `--web.listen-address=127.0.0.1:${port}`,
      // A page may ask it. Prometheus adds no such header to what a Pushgateway answers.
      `--web.cors.origin=${origins.map((origin) => origin.replaceAll('.', '\\.')).join('|')}`,
    ]);
    const takes = async () =>
      (await json(`${pushUrl}/api/v1/status`)).data.flags['persistence.file'] === kept;
    const asks = async () =>
      (await text(`${url}/-/ready`)) !== '' &&
      (await json(`${url}/api/v1/status/flags`)).data['storage.tsdb.path'] === data;
    return Promise.all([children.ready(taker, takes), children.ready(asker, asks)]);
  });
}

async function alertmanager(children, programs) {
  const [port] = await freePorts(1);
  const folder = children.folderOf('alertmanager');
  const config = join(folder, 'alertmanager.json');
  const receiver = `nobody-${randomUUID()}`;
  writeFileSync(config, JSON.stringify({ route: { receiver }, receivers: [{ name: receiver }] }));
  const url = `http://127.0.0.1:${port}`;
  return server(children, { url }, async () => {
    const child = children.spawn(programs.get('prometheus-alertmanager'), [
      `--config.file=${config}`,
      `--storage.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ]);
    const isReady = async () =>
      (await json(`${url}/api/v2/status`)).config.original.includes(receiver);
    return [await children.ready(child, isReady)];
  });
}

async function text(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${answer.status} from ${url}`);
  return answer.text();
}

async function json(url) {
  return JSON.parse(await text(url));
}

/** What Redis says to a line. */
function redisSays(port, line) {
  return new Promise((done, failed) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`${line}\r\nQUIT\r\n`));
    let said = '';
    socket.setEncoding('utf8');
    socket.on('data', (more) => (said += more));
    socket.on('close', () => done(said));
    socket.on('error', failed);
  });
}
