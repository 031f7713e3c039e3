import type { Diagnostic, Diagnostics } from 'rx-mesh/kernel';

/** What the client of Eureka has to say that nobody waits for: each fact once, as long as it holds. */
export class EurekaNews {
  readonly #told = new Set<string>();

  constructor(private readonly diagnostics: Diagnostics) {}

  /** A round of reading failed. */
  failed(cause: unknown, wait: number): void {
    this.tell('RXM306', true, {
      message: `Registry source eureka failed. It is asked again in ${Math.round(wait)} ms and later; what it said last is kept until then.`,
      cause,
    });
  }

  /** Eureka has answered. */
  answered(): void {
    this.tell('RXM306', false);
  }

  /** These are left out. */
  unusable(faults: readonly unknown[]): void {
    this.tell('RXM305', faults.length > 0, {
      message: `Registry source eureka lists ${faults.length} instances that cannot be used. They are left out; the cause is what is wrong with the first.`,
      cause: faults[0],
    });
  }

  /** Whether an answer without instances is not believed now. */
  doubted(doubted: boolean, known = 0, grace = 0): void {
    this.tell('RXM308', doubted, {
      message: `Registry source eureka lists no instance any more. Its ${known} instances are kept for ${grace} ms, for a server that was just started knows nobody yet.`,
    });
  }

  /** An instance of the application could not be registered, or its registration could not be renewed. */
  unrenewed(path: string, cause: unknown): void {
    this.tell('RXM306', true, {
      message: `Eureka could not be told of ${path}. That is tried again; without a word it forgets an instance after 90 seconds.`,
      cause,
    });
  }

  private tell(
    code: Diagnostic['code'],
    holds: boolean,
    fact: Pick<Diagnostic, 'message' | 'cause'> = { message: '' },
  ): void {
    if (!holds) this.#told.delete(code);
    else if (!this.#told.has(code)) {
      this.#told.add(code);
      this.diagnostics.report({ code, severity: 'warning', source: 'EurekaService', ...fact });
    }
  }
}
