import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const OWN = join(__dirname, 'fixtures');

/**
 * The samples of the wire whose names match, by name: those of this folder, and those that are in the folder which the
 * environment names in `WIRE_SAMPLES`.
 */
export function wireSamples(name: RegExp): readonly (readonly [name: string, sample: unknown])[] {
  const folders = [OWN, process.env['WIRE_SAMPLES'] ?? ''].filter((folder) => folder !== '');
  return folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => name.test(file))
      .map((file) => [file, wireSample(file, folder)] as const),
  );
}

/** One of them. */
export function wireSample(file: string, folder = OWN): unknown {
  return JSON.parse(readFileSync(join(folder, file), 'utf8')) as unknown;
}

/** Requests of OTLP that hold spans. */
export const otlpSamples = () => wireSamples(/^otlp.*trace.*\.json$/);

/** Lists of spans of Zipkin. */
export const zipkinSamples = (): readonly (readonly [string, readonly unknown[]])[] =>
  wireSamples(/^zipkin2-(?!.*schema).*\.json$/).map(([file, sample]) => [
    file,
    Array.isArray(sample) ? sample : [sample],
  ]);
