// What the packages of jest look for before anything else is loaded.
globalThis.process ??= { env: {}, platform: 'browser', cwd: () => '/', argv: [], versions: {} };
