import { type ToneLook } from '../ui/tone-badge';
import { type OrderStatus } from './order-events';

/** The look of every state of an order. */
export const ORDER_LOOKS: Readonly<Record<OrderStatus, ToneLook>> = {
  placed: { tone: 'quiet', icon: 'clock', text: 'Placed' },
  paid: { tone: 'held', icon: 'check', text: 'Paid' },
  shipped: { tone: 'warn', icon: 'send', text: 'Shipped' },
  delivered: { tone: 'good', icon: 'check', text: 'Delivered' },
  cancelled: { tone: 'bad', icon: 'cross', text: 'Cancelled' },
};
