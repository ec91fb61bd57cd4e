import type { StoreName } from '../stores/address.ts';
import { createMemoryGround } from './memory-ground.ts';
import type { Ground } from './place.ts';
import { createProcessGround } from './process-ground.ts';

/** Opens what scenarios are played on. @throws Error when its store cannot be reached */
export async function openGround(store: StoreName): Promise<Ground> {
  return store === 'memory' ? createMemoryGround() : createProcessGround(store);
}
