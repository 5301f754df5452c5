/** The output of a child process that was started with `stdio: "pipe"`. */
import type { Readable } from "node:stream";

/** @throws when the child has no such pipe: a mistake of the program. */
export function pipeOf(stream: Readable | null): Readable {
  if (stream === null) throw new Error("the child process has no pipe");
  return stream;
}
