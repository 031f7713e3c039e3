// Which real servers the demo can have, and what it does without each.
import { accessSync, constants } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';

/** One a program: what Debian calls its package, and what the demo does without it. */
export const PROGRAMS = [
  {
    name: 'nats-server',
    files: ['nats-server'],
    package: 'nats-server',
    without:
      'messages go between the tabs of one browser only, and events stay in its IndexedDB, as in the mock',
  },
  {
    name: 'redis-server',
    files: ['redis-server'],
    package: 'redis-server',
    without: 'the second level of the cache is the IndexedDB of the browser, as in the mock',
  },
  {
    name: 'webdis',
    files: ['webdis'],
    package: 'webdis',
    without:
      'no page reaches Redis, so the second level of the cache is the IndexedDB of the browser, as in the mock',
  },
  {
    name: 'prometheus',
    files: ['prometheus'],
    package: 'prometheus',
    without: 'metrics stay in the page',
  },
  {
    name: 'prometheus-pushgateway',
    files: ['prometheus-pushgateway', 'pushgateway'],
    package: 'prometheus-pushgateway',
    without: 'nothing takes what a page pushes, so metrics stay in the page',
  },
  {
    name: 'prometheus-alertmanager',
    files: ['prometheus-alertmanager', 'alertmanager'],
    package: 'prometheus-alertmanager',
    without: 'alerts go to the mock of Alertmanager in the page',
  },
];

/**
 * Where the programs are, by name. An administrator's programs are often not in the path of others, who may start them all
 * the same: beside each `bin` its `sbin` is looked into.
 */
export function findPrograms(path = process.env.PATH ?? '') {
  const folders = path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .flatMap((folder) =>
      basename(folder) === 'bin' ? [folder, join(dirname(folder), 'sbin')] : [folder],
    );
  const found = new Map();
  for (const { files, name } of PROGRAMS) {
    const place = folders
      .flatMap((folder) => files.map((file) => join(folder, file)))
      .find(isThere);
    if (place) found.set(name, place);
  }
  return found;
}

/** One line a program that is missing. */
export function missingLines(found) {
  return PROGRAMS.filter(({ name }) => !found.has(name)).map(
    ({ name, package: of, without }) => `${name} is not there (apt-get install ${of}): ${without}.`,
  );
}

function isThere(place) {
  try {
    accessSync(place, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
