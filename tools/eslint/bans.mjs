// What the house forbids beyond the presets: each with the name of our rule and the remedy, since the message is all
// that a newcomer sees. The name in brackets is the one of CONTRIBUTING.md and of `npm run guards:selftest`.

const clock = '[time-from-clock] Read time from the injected CLOCK of rx-mesh/kernel';
const timers =
  '[timers-on-clock] Use polling() of rx-mesh/kernel, or timer(ms, clock.scheduler) of RxJS';
const chance =
  '[chance-from-random] Draw from the injected RANDOM (or ID_GENERATOR) of rx-mesh/kernel';
const silent = '[no-console] Report to the injected DIAGNOSTICS of rx-mesh/kernel';
const dom =
  '[no-dom-globals] Library code runs on servers too. Inject DOCUMENT, or guard a port by isServer()';

const property = (object, name, message) => ({ object, property: name, message });
const syntax = (selector, message) => ({ selector, message });
const named = (names, message) => names.map((name) => ({ name, message }));

export const timeProperties = [
  property('Date', 'now', `${clock}: clock.now().`),
  property('performance', 'now', `${clock}: clock.monotonic().`),
];
export const chanceProperties = [property('Math', 'random', `${chance}: random.next().`)];

export const timeSyntax = [
  syntax('NewExpression[callee.name="Date"][arguments.length=0]', `${clock}: clock.now().`),
  syntax('CallExpression[callee.name="Date"]', `${clock}: clock.now().`),
];

/** A way round the bans of properties. */
export const detourSyntax = [
  syntax(
    'MemberExpression > MemberExpression.object[object.name=/^(globalThis|window|self)$/][property.name=/^(Date|Math|performance|console)$/]',
    '[no-detours] A banned global stays banned behind globalThis: take CLOCK, RANDOM or DIAGNOSTICS of rx-mesh/kernel.',
  ),
];

/** Operators of RxJS that run on the real clock unless they are given a scheduler. */
export const timerSyntax = [
  syntax(
    'CallExpression[callee.name=/^(timer|interval|debounceTime|throttleTime|auditTime|sampleTime|bufferTime|windowTime|timestamp|timeInterval)$/]:not(:has(Identifier[name=/[sS]cheduler$/]))',
    `${timers}; a timer without a scheduler cannot be tested in virtual time.`,
  ),
];

export const timerGlobals = named(
  ['setTimeout', 'setInterval', 'setImmediate', 'requestAnimationFrame', 'requestIdleCallback'],
  `${timers}.`,
);
export const microtaskGlobals = named(
  ['queueMicrotask'],
  `${timers}; work that hides in a microtask escapes virtual time and teardown.`,
);
export const consoleGlobals = named(['console'], `${silent}.`);
export const domGlobals = named(
  [
    'window',
    'document',
    'navigator',
    'location',
    'localStorage',
    'sessionStorage',
    'history',
    'self',
  ],
  `${dom}.`,
);

/** How code is shaped, wherever it stands. */
export const shapeSyntax = [
  syntax('ExportDefaultDeclaration', '[no-default-export] Export by name.'),
  syntax('TSEnumDeclaration', '[no-enum] Use a union of string literals.'),
  syntax(
    'Program > VariableDeclaration[kind!="const"], Program > ExportNamedDeclaration > VariableDeclaration[kind!="const"]',
    '[no-module-state] No top-level let: state lives in a service, one for each injector.',
  ),
  syntax(
    ['Program > VariableDeclaration', 'Program > ExportNamedDeclaration > VariableDeclaration']
      .map(
        (at) =>
          `${at} > VariableDeclarator:not([id.typeAnnotation.typeAnnotation.typeName.name=/^Readonly(Map|Set)$/]) > NewExpression[callee.name=/^(Map|Set|WeakMap|WeakSet|Subject|BehaviorSubject|ReplaySubject)$/]`,
      )
      .join(', '),
    '[no-module-state] A module-level collection is shared by all requests of a server. Keep it in a service, or type it ReadonlyMap or ReadonlySet.',
  ),
];

const rxjs = {
  name: 'rxjs',
  importNames: ['shareReplay'],
  message:
    '[no-share-replay] Never on an endless source (ReactiveX/rxjs#5931). Use shareLatest() of rx-mesh/kernel.',
};
const service = {
  name: '@angular/core',
  importNames: ['Service'],
  message: "[injectable-not-service] Use @Injectable({ providedIn: 'root' }) (decision 0002).",
};
const http = {
  group: ['@angular/common/http', '@angular/common/http/*'],
  message:
    '[http-in-its-places] Only the files that projects/rx-mesh/layers.json names may know HttpClient. Take a function or a port instead.',
};

/** The options of `no-restricted-imports`, with or without the ban of HttpClient. */
export const imports = ({ httpBanned }) => ({
  paths: [rxjs, service],
  patterns: httpBanned ? [http] : [],
});

/** The options of `no-restricted-globals`: also caught as `globalThis.setTimeout`. */
export const globals = (...groups) => ({
  globals: groups.flat(),
  checkGlobalObject: true,
  globalObjects: ['globalThis', 'window', 'self'],
});
