// The same Consul twice: a real one and the fake of rx-mesh/testing, with the same handles.
import { startConsul } from './consul-agent.mjs';

/** Handles of whatever answers at `url`. */
function handlesOf(url, send, token) {
  const headers = token ? { 'X-Consul-Token': token } : {};
  const request = async (method, path, options = {}) => {
    const startedAt = performance.now();
    const init = { method, headers, ...options };
    const answer = await send(`${url}/v1/${path}`, init);
    const text = await answer.text();
    const index = answer.headers.get('X-Consul-Index');
    const took = performance.now() - startedAt;
    return { status: answer.status, text, index, took, headers: answer.headers };
  };
  return {
    url,
    get: (path, options) => request('GET', path, options),
    /** Any write. */
    request,
    /** A write that has to go well. */
    put: async (path, body) => {
      const { status, text } = await request('PUT', path, {
        body: typeof body === 'object' && !Buffer.isBuffer(body) ? JSON.stringify(body) : body,
      });
      if (status !== 200) throw new Error(`PUT ${path}: ${status} ${text}`);
    },
  };
}

/**
 * @param binary Of Consul.
 * @param token With it, nothing without it.
 */
export async function realWorld(binary, token) {
  const agent = await startConsul(binary, token);
  const handles = handlesOf(agent.url, fetch, token);
  const { put } = handles;
  return {
    ...handles,
    stop: agent.stop,
    restart: agent.restart,
    /** How many connections or requests this process has open. */
    open: () => process.getActiveResourcesInfo().filter((each) => each === 'TCPSocketWrap').length,
    register: (body) => put('agent/service/register', body),
    deregister: (id) => put(`agent/service/deregister/${id}`),
    check: (id, word, note = '') =>
      put(`agent/check/${word}/service:${id}?note=${encodeURIComponent(note)}`),
    // The agent does it, when the time of the check is over.
    letExpire: async () => undefined,
    maintain: (id, reason) =>
      put(
        `agent/service/maintenance/${id}?enable=${reason !== undefined}&reason=${encodeURIComponent(reason ?? '')}`,
      ),
    /** On another node, which no agent of ours keeps up to date. */
    registerOn: ({ node, address, meta }, service) =>
      put('catalog/register', { Node: node, Address: address, NodeMeta: meta, Service: service }),
    /** Gives what brings back the state of now. */
    snapshot: async () => {
      const saved = Buffer.from(await (await fetch(`${agent.url}/v1/snapshot`)).arrayBuffer());
      return () => put('snapshot', saved);
    },
  };
}

const WORDS = { pass: 'passing', warn: 'warning', fail: 'critical' };

/**
 * @param library With FakeConsul and FakeWeb.
 * @param token With it, nothing without it.
 */
export async function fakeWorld({ FakeConsul, FakeWeb }, token) {
  const web = new FakeWeb();
  const consul = new FakeConsul();
  const url = 'http://consul.test';
  web.host(url, consul.handle);
  consul.requireToken = token;
  const handles = handlesOf(url, web.fetch, token);
  const { put } = handles;
  const registerOn = async ({ node, address, meta }, { ID, Service, Port }) =>
    consul.register({
      name: Service,
      id: ID,
      port: Port,
      node,
      nodeAddress: address,
      nodeMeta: meta,
    });
  let elsewhere = [];
  return {
    ...handles,
    fetch: web.fetch,
    open: () => web.open + consul.open,
    stop: async () => undefined,
    // Its memory is as that of a server with a disk.
    restart: async () => consul.restart(),
    register: (body) => put('agent/service/register', body),
    deregister: (id) => put(`agent/service/deregister/${id}`),
    check: async (id, word, note) => consul.setCheck(id, WORDS[word], note),
    letExpire: async (id) => consul.setCheck(id, 'critical', 'TTL expired'),
    maintain: async (id, reason) => consul.maintenance(id, reason),
    registerOn: async (node, service) => {
      elsewhere = [...elsewhere.filter((each) => each[1].ID !== service.ID), [node, service]];
      await registerOn(node, service);
    },
    // The fake has no snapshots, but counts as after one; what was elsewhere is put back by hand.
    snapshot: async () => {
      const saved = elsewhere;
      return async () => {
        consul.restoreSnapshot();
        for (const each of saved) await registerOn(...each);
      };
    },
  };
}
