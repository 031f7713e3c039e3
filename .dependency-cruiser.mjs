// Who may import whom. The rooms, their layers and their edges come from projects/rx-mesh/layers.json.
import { readFileSync } from 'node:fs';
import { rooms } from './tools/layers.mjs';

const specs = '\\.spec\\.ts$|/spec-support/';
const anyOf = (names) => `(${names.join('|')})`;
const inRoom = (name) => `^projects/rx-mesh/${name}/`;
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/** The three ways in which an edge between rooms can be wrong: upwards, sideways, or down but not in layers.json. */
function edgesOf(room) {
  const others = rooms.filter(({ name }) => name !== room.name && !room.imports.includes(name));
  const height = ({ layer }) => (layer === 'beside' ? Infinity : layer);
  const rule = (name, comment, isTarget) => {
    const targets = others.filter(isTarget).map((other) => other.name);
    return targets.length
      ? [
          forbid(
            `${name}/${room.name}`,
            comment,
            { path: inRoom(room.name), pathNot: specs },
            { path: inRoom(anyOf(targets)) },
          ),
        ]
      : [];
  };
  return [
    ...rule(
      'layers-go-down',
      'A room imports only lower layers. Move the shared part down, or let the upper room observe events$.',
      (other) => height(other) > height(room),
    ),
    ...rule(
      'no-edges-within-a-layer',
      'Rooms of one layer do not see each other. Move the shared part down, or join them one layer up.',
      (other) => height(other) === height(room),
    ),
    ...rule(
      'only-edges-of-layers-json',
      'This edge is not in projects/rx-mesh/layers.json. A new edge is a decision: write it there and say why.',
      (other) => height(other) < height(room),
    ),
  ];
}

/** HttpClient only in the files that layers.json names; ESLint says the same while you type. */
function httpOf({ name, http }) {
  if (http.includes('*')) return [];
  const places = http.map((place) =>
    place.endsWith('/') ? `/${place}` : `/${place.replaceAll('.', '\\.')}$`,
  );
  return [
    forbid(
      `http-in-its-places/${name}`,
      'Only the files that layers.json names may know HttpClient. Take a function or a port instead.',
      { path: inRoom(name), pathNot: [specs, ...places] },
      { path: '@angular/common/.*http' },
    ),
  ];
}

const { peerDependencies, dependencies } = JSON.parse(
  readFileSync(new URL('projects/rx-mesh/package.json', import.meta.url), 'utf8'),
);
const schematics = inRoom('schematics');
const ofTheCli = anyOf(['@angular-devkit/schematics', '@schematics/angular', 'typescript']);
const promised = anyOf(Object.keys({ ...peerDependencies, ...dependencies }));

export default {
  forbidden: [
    ...rooms.flatMap(edgesOf),
    ...rooms.flatMap(httpOf),
    forbid(
      'across-rooms-by-package-name',
      'Import another room as rx-mesh/<room>: a relative path would copy its classes into two bundles.',
      { path: '^projects/(?:rx-mesh/)?([^/]+)/' },
      {
        path: '^projects/rx-mesh/',
        pathNot: ['^projects/(?:rx-mesh/)?$1/', '^projects/rx-mesh/spec-support/'],
        dependencyTypesNot: ['aliased-tsconfig-paths'],
      },
    ),
    forbid(
      'inside-a-room-by-relative-path',
      'A room that imports itself by its package name is a cycle. Use ./file.',
      { path: '^projects/rx-mesh/([^/]+)/', pathNot: specs },
      { path: '^projects/rx-mesh/$1/', dependencyTypes: ['aliased-tsconfig-paths'] },
    ),
    forbid(
      'no-cycles',
      'Two files that need each other are one concept, or hide a third.',
      { path: '^projects/' },
      { circular: true },
    ),
    forbid(
      'only-promised-packages',
      'The library may import its peers and tslib only: nothing else is there in an application.',
      { path: '^projects/rx-mesh/', pathNot: [specs, schematics] },
      { path: 'node_modules/', pathNot: `node_modules/${promised}/` },
    ),
    forbid(
      'schematics-only-on-the-cli',
      'Schematics are no room. They run in the Angular CLI, where the library is not: they may import what comes with the CLI.',
      { path: schematics },
      { pathNot: [schematics, `node_modules/${ofTheCli}/`] },
    ),
    forbid(
      'testing-only-in-tests',
      'rx-mesh/testing is for specs, and for the mocked world of the demo: an application must not ship it.',
      {
        path: '^projects/',
        pathNot: [specs, inRoom('testing'), '^projects/demo-app/src/app/backends/'],
      },
      { path: inRoom('testing') },
    ),
    forbid(
      'spec-support-only-in-tests',
      'spec-support is not published, and a spec is nobody’s library.',
      { path: '^projects/', pathNot: specs },
      { path: specs },
    ),
    forbid(
      'everything-resolves',
      'This import leads nowhere.',
      { path: '^projects/' },
      { couldNotResolve: true },
    ),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default'],
      mainFields: ['module', 'main'],
    },
  },
};
