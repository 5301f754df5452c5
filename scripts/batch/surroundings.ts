/** What a run is given by the process it runs in. */
import type { Progress } from "./progress.ts";
import type { World } from "./world.ts";

export type Surroundings = {
  world: World;
  progress: Progress;
  /** Where file names begin. */
  folder: string;
  /** @param file null: the standard input */
  readInput(file: string | null): Promise<Uint8Array>;
  /** Starts a server of its own. @returns its address */
  startServer(live: boolean): Promise<string>;
  /** The outcome, for the standard output. */
  print(text: string): void;
  /** Called when the process ends in whatever way it can notice. */
  onExit(work: () => void): void;
  /** What to tell a person who stops the command from now on. */
  whenStopped(text: string): void;
};
