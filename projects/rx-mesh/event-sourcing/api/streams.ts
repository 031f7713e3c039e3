export { EventIntake } from '../streams/event-intake';
export { EventRelay } from '../streams/event-relay';
export { type EventSharingOptions } from '../streams/event-sharing-options';
export { EventStreams } from '../streams/event-streams';
export { type ServiceEventHandler } from '../streams/handled-in-turn';
export { type LiveFold, LiveProjections } from '../streams/live-projections';
export { withEventSharing } from '../streams/with-event-sharing';
