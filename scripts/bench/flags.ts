/** The flags of `npm run bench`. */
import { parseArgs } from "node:util";

const options = {
  tasks: { type: "string", default: "40" },
  sessions: { type: "string", default: "10" },
  json: { type: "string" },
} as const;

const MAX_TASKS = 1_000;

export type BenchFlags = { tasks: number; sessions: number; json: string | undefined };

/** @throws Error when a number is out of range. */
export function readBenchFlags(args: string[]): BenchFlags {
  const { values } = parseArgs({ args, options });
  return { tasks: count("tasks", values.tasks), sessions: count("sessions", values.sessions), json: values.json };
}

function count(name: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= MAX_TASKS) return number;
  throw new Error(`--${name} must be a whole number from 1 to ${MAX_TASKS}; it is ${text}.`);
}
