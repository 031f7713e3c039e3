// jsdom has no fetch, no streams and an AbortController of its own that fetch refuses. Browsers have them all; so do those of Node.
const { default: JsdomEnvironment } = require('jest-preset-angular/environments/jest-jsdom-env');

const WEB = [
  'URL',
  'URLSearchParams',
  'fetch',
  'Request',
  'Response',
  'Headers',
  'ReadableStream',
  'TransformStream',
  'TextDecoder',
  'TextEncoder',
  'TextDecoderStream',
  'AbortController',
  'AbortSignal',
  'BroadcastChannel',
];

module.exports = class BrowserEnvironment extends JsdomEnvironment {
  async setup() {
    await super.setup();
    for (const name of WEB) {
      Object.defineProperty(this.global, name, {
        configurable: true,
        writable: true,
        value: globalThis[name],
      });
    }
  }
};
