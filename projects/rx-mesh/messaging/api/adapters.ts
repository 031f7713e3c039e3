export {
  type BroadcastChannelOptions,
  BroadcastChannelTransport,
  withBroadcastChannel,
} from '../adapters/broadcast-channel-transport';
export { TAB_CHANNELS, type TabChannel, type TabChannels } from '../adapters/tab-channels';
