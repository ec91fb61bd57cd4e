/** Runs one question at a time for each key; who asks meanwhile gets the same answer. */
export type Flights<Answer> = (key: string, ask: () => Promise<Answer>) => Promise<Answer>;

/**
 * Makes a single flight.
 *
 * Nothing is kept once the answer is there: an answer from before the notice could be the one it says is over.
 */
export function createFlights<Answer>(): Flights<Answer> {
  const flights = new Map<string, Promise<Answer>>();
  return (key, ask) => {
    const running = flights.get(key);
    if (running !== undefined) return running;
    const flight = ask().finally(() => flights.delete(key));
    flights.set(key, flight);
    return flight;
  };
}
