import type { Observable } from 'rxjs';
import type { EventFilter } from '../log/event-filter';
import type { EventLog } from '../log/event-log';
import { checkPlace } from '../store/event-reads';
import { flowOf } from '../store/flow';
import { BLOCK, FORMAT, checksumOf } from './ndjson-blocks';

/** The events of a log as lines of JSON: a line of the format, blocks of events each with a checksum, a line of the end. */
export function exportedText(
  log: EventLog,
  { after = 0, ...filter }: EventFilter & { readonly after?: number | undefined },
): Observable<string> {
  return flowOf(async (flow) => {
    checkPlace('after of exportNdjson()', after);
    const head = `${JSON.stringify(FORMAT)}\n`;
    let [place, events, isOver] = [after, 0, false];
    const { position: stop } = await log.head();
    let checksum = await checksumOf('', head);
    flow.next(head);
    while (!isOver && place < stop && !flow.ended()) {
      const page = await log.readAll({ after: place, max: BLOCK, filter });
      const text = page.events.map((event) => `${JSON.stringify(event)}\n`).join('');
      if (text !== '') {
        checksum = await checksumOf(checksum, text);
        flow.next(`${text}${JSON.stringify({ checksum })}\n`);
      }
      events += page.events.length;
      place = page.next;
      isOver = page.end;
    }
    flow.next(`${JSON.stringify({ end: true, events, checksum })}\n`);
  });
}
