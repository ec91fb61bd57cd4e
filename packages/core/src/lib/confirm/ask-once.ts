import type { Budget, Grant } from './budget.ts';
import type { Flights } from './flights.ts';
import type { Reading } from './read-answer.ts';
import { limited } from './send.ts';
import type { Asked, Question } from './stage.ts';

/** Asks in a flight that only its first pays for: whoever joins it costs nothing, and proves nothing. */
export async function askOnce(
  flights: Flights<Reading>,
  key: string,
  budget: Budget,
  { source, order }: Question,
  ask: (grant: Grant) => Promise<Reading>,
): Promise<Asked> {
  let joined = true;
  let grant: Grant | undefined;
  const answer = await flights(key, async () => {
    joined = false;
    const granted = budget.lookup(source, order);
    if (typeof granted === 'number') return limited(granted);
    grant = granted;
    return ask(granted);
  });
  return { answer, joined, grant };
}
