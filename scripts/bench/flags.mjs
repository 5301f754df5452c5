// The flags of `npm run bench`.

import { parseArgs } from "node:util";

const options = {
  tasks: { type: "string", default: "40" },
  sessions: { type: "string", default: "10" },
  json: { type: "string" },
};

const MOST_TASKS = 1_000;

/** @throws when a number makes no sense @returns {{ tasks: number, sessions: number, json: string | undefined }} */
export function readBenchFlags(args) {
  const { values } = parseArgs({ args, options });
  return { tasks: count("tasks", values.tasks), sessions: count("sessions", values.sessions), json: values.json };
}

function count(name, text) {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= MOST_TASKS) return number;
  throw new Error(`--${name} must be a whole number from 1 to ${MOST_TASKS}; it is ${text}.`);
}
