import { of } from 'rxjs';
import type { Observable } from 'rxjs';
import type { DistributedCQRSService } from '../distributed-cqrs-service';
import {
  type Command,
  type CommandResult,
  type NewCommand,
  type ResultOf,
  defineCommand,
} from '../message-types';
import type { CommandOutboxService } from '../outbox/command-outbox-service';
import type { CommandSender } from '../outbox/command-sender';
import type { OutboxEntry } from '../outbox/outbox-entry';
import type { StandardSchemaV1 } from '../standard-schema';
import type { CommandBusService } from './command-bus-service';
import type { CommandHandler, RemoteCommandHandler } from './command-handler';
import { remoteCommands } from './remote-commands';

declare const bus: CommandBusService;
declare const cqrs: DistributedCQRSService;
declare const outbox: CommandOutboxService;
declare const schema: StandardSchemaV1<unknown, { readonly sku: string }>;
declare const broker: Parameters<typeof remoteCommands>[0];

interface Receipt {
  readonly orderId: string;
}

const placeOrder = defineCommand<{ readonly sku: string }, Receipt>('PlaceOrder');
const tidyUp = defineCommand('TidyUp');
const checked = defineCommand<{ readonly sku: string }, number>('Checked', { schema });
const one = placeOrder({ aggregateId: '7', payload: { sku: 'tea' } });

// The result follows from the message, whoever takes it.
export const made: NewCommand<Receipt, { readonly sku: string }> = one;
export const sent: Observable<Receipt> = bus.send(one);
export const executed: Observable<CommandResult<Receipt>> = bus.execute(one);
export const ofAll: Observable<CommandResult<Receipt>> = cqrs.sendCommand(one);
export const entry: Observable<OutboxEntry<Receipt>> = outbox.enqueue(one);
export const unknown: Observable<unknown> = bus.send(tidyUp({ aggregateId: '', payload: 1 }));
export const forgotten: Observable<boolean> = bus.forget('id');
export const receipt: ResultOf<typeof one> = { orderId: '7' };
export const plain: Observable<number> = bus.send<number, string>({
  type: 'Plain',
  aggregateId: 'a',
  payload: 'p',
});
export const again: Observable<Receipt> = bus.send({
  ...one,
  id: 'an id',
  metadata: { userId: 'u', tenant: 7 },
});

// A handler gets the payload that its definition says, and answers what it says.
bus.register(placeOrder, ({ payload, aggregateId }) => of({ orderId: payload.sku + aggregateId }));
bus.register(placeOrder, async ({ payload }) => Promise.resolve({ orderId: payload.sku.trim() }));
bus.register(placeOrder, ({ payload }, { append, signal, attempt, idempotencyKey }) =>
  signal.aborted
    ? []
    : [{ orderId: `${payload.sku} ${attempt} ${idempotencyKey} ${append.length}` }],
);
bus.registerRemote(placeOrder, ({ payload }, key) => of({ orderId: key + payload.sku }));
bus.registerRemote(placeOrder, remoteCommands(broker));
bus.register(checked, ({ payload }) => of(payload.sku.length));
bus.register<{ readonly a: 1 }, string>('ByType', ({ payload }) => of(`${payload.a}`));
cqrs.registerCommandHandler(placeOrder, ({ payload }) => of({ orderId: payload.sku }));

export const handler: CommandHandler<{ readonly sku: string }, Receipt> = ({ payload }) =>
  of({ orderId: payload.sku });
export const remote: RemoteCommandHandler<{ readonly sku: string }, Receipt> = ({ payload }, key) =>
  of({ orderId: payload.sku + key });
bus.register(placeOrder, handler);

// A sender that does not care is one too.
export const senders: readonly CommandSender[] = [
  (command: Command) => of(command.id),
  ({ id }, { isAnew }) => of(id, isAnew),
];

// @ts-expect-error -- there is no such field in the payload
placeOrder({ aggregateId: '7', payload: { sku: 'tea', amount: 2 } });

// @ts-expect-error -- the payload is missing
placeOrder({ aggregateId: '7' });

// @ts-expect-error -- the definition says the type
placeOrder({ aggregateId: '7', payload: { sku: 'tea' }, type: 'Other' });

// @ts-expect-error -- it is answered by a receipt
export const wrong: Observable<number> = bus.send(one);

// @ts-expect-error -- the handler answers something else
bus.register(placeOrder, () => of(7));

// @ts-expect-error -- the payload is another one
bus.register(placeOrder, ({ payload }: Command<Receipt, { readonly amount: string }>) => of({ orderId: payload.amount })); // prettier-ignore

// @ts-expect-error -- a handler answers by something that can be subscribed
bus.register(placeOrder, () => ({ orderId: '7' }));

declare const result: CommandResult<Receipt>;
export const told: string = result.success ? result.result.orderId : result.error;
// @ts-expect-error -- a failure has words alone
export const untold: Receipt = result.success ? result.result : result.error;

// @ts-expect-error -- the schema is that of another payload
defineCommand<{ readonly amount: number }>('Other', { schema });

// @ts-expect-error -- what takes its place is a command
outbox.resolve('id', 'again');
