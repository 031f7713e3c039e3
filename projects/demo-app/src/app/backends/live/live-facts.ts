import { fields } from '../json-api';
import { type RealWorld } from '../real-world';

/** Reads where the real servers are; what cannot be read is not there. */
export function readFacts(text: string | null | undefined): RealWorld {
  const facts = fields(parsed(text));
  const instances = [...fields(facts.get('instances'))].flatMap(([id, url]) => {
    const address = urlOf(url);
    return address === undefined ? [] : [[id, address] as const];
  });
  const [push, run] = [facts.get('push'), facts.get('run')];
  return {
    run: typeof run === 'string' ? run : undefined,
    instances: new Map(instances),
    nats: urlOf(facts.get('nats')),
    redis: urlOf(facts.get('redis')),
    push: typeof push === 'string' ? push : undefined,
    prometheus: urlOf(facts.get('prometheus')),
    alertmanager: urlOf(facts.get('alertmanager')),
  };
}

function urlOf(value: unknown): string | undefined {
  return typeof value === 'string' && URL.canParse(value) ? value : undefined;
}

function parsed(text: string | null | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
