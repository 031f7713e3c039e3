/** What happened in the first level. */
export type LocalCacheEvent =
  | {
      /** A value was kept, dropped for want of room, deleted, or found to be over. */
      readonly type: 'stored' | 'evicted' | 'deleted' | 'expired';
      readonly key: string;
    }
  | {
      /** Tags were made void: what carries them is dropped later. Or keys were dropped, since they depend on what is void. */
      readonly type: 'invalidated';
      readonly tags?: readonly string[];
      readonly keys?: readonly string[];
    }
  | {
      /** Everything was dropped, or everything is stale now. */
      readonly type: 'cleared' | 'outdated';
    };
