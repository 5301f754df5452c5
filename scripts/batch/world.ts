/** What a run reaches for outside itself; tests give their own. */
export type World = {
  fetch: typeof fetch;
  sleep(milliseconds: number): Promise<void>;
  /** Unix milliseconds. */
  now(): number;
  /** From 0 to below 1. */
  random(): number;
  /** Tells the person at the terminal something. */
  note(text: string): void;
  /** Whether a person watches. */
  isTerminal: boolean;
};
