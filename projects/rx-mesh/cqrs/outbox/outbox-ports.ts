import type { PageState } from 'rx-mesh/kernel';
import type { Observable } from 'rxjs';
import type { BookPorts } from './book-ports';
import type { CommandSender } from './command-sender';
import type { OutboxBook } from './outbox-book';
import type { CommandJudge } from './outbox-verdict';

/** What sending stands on. */
export interface OutboxPorts extends BookPorts {
  readonly book: OutboxBook;
  readonly send: CommandSender;
  readonly judge: CommandJudge;
  readonly page: PageState;
  /** Aggregates that are to be tried again at once. */
  readonly hurry$: Observable<string>;
}
