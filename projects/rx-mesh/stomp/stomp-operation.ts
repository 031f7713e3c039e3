import type { StompWire } from './stomp-session';

/** Something that a broker is asked to do, and whose end it tells by a receipt. */
export interface StompOperation {
  /** What the broker repeats. */
  readonly receipt: string;
  /** How often a connection ended by the broker while nothing else was under way. */
  strikes: number;
  /** Hands it to a connection, again after each loss. */
  transmit(wire: StompWire): void;
  /** The broker has done it. */
  confirmed(): void;
  /** The broker ends the connection over it, again and again. @param answer What it says. */
  refused(answer: string): void;
}
