// The controls read and change the simulator, as methods and over HTTP under /_sim/. The HTTP side parses JSON strictly
// and calls the methods.

import type { NewAccount } from "./accounts.ts";
import { type Answer, json } from "./answer.ts";
import { isEndpointName } from "./endpoint-names.ts";
import { type Fault, isFaultName } from "./faults.ts";
import { isCluster } from "./region.ts";
import { isSessionScenario } from "./session-words.ts";
import { type Settings, type SettingsChange, settingsShape } from "./settings.ts";
import { number, type Outcome, object, oneOf, read, type Shape, textLike } from "./shape.ts";
import { type State, stateOf } from "./state.ts";
import type { World } from "./world.ts";

export type ClockChange = {
  /** Simulated seconds per real second; 0 stops the clock. */
  speed?: number | undefined;
  advanceSeconds?: number | undefined;
};

export type Controls = {
  state(): State;
  /** Adds an account, or replaces the one with that session. */
  addAccount(account: NewAccount): void;
  addFault(fault: Fault): void;
  changeSettings(change: SettingsChange): Settings;
  moveClock(change: ClockChange): void;
  /** Deletes accounts, jobs, uploads, faults and counters; settings and clock return to their start values. */
  reset(): void;
};

export function createControls(world: World, startSettings: Settings): Controls {
  return {
    state: () => stateOf(world),
    addAccount(account) {
      world.accounts.add(account);
    },
    addFault: (fault) => world.faults.add(fault),
    changeSettings(change) {
      Object.assign(world.settings, change);
      return { ...world.settings };
    },
    moveClock({ speed, advanceSeconds }) {
      if (speed !== undefined) world.clock.setSpeed(speed);
      if (advanceSeconds !== undefined) world.clock.advance(advanceSeconds);
      world.waits.check();
    },
    reset() {
      world.accounts.clear();
      world.jobs.clear();
      world.uploads.clear();
      world.waits.cancelAll();
      world.ark.clear();
      world.faults.clear();
      world.happened.clear();
      world.calls = {};
      world.settings = { ...startSettings };
      world.clock.reset();
    },
  };
}

const maxNumber = Number.MAX_SAFE_INTEGER;
const amount = number({ min: 0, max: maxNumber });
const word = textLike(/^\S+$/, "a text without spaces");
const accountShape = object(
  { session: word, cluster: oneOf(isCluster, "cn, us or sg") },
  {
    credits: amount,
    concurrency: amount,
    scenario: oneOf(isSessionScenario, "a session scenario"),
  },
);
const faultShape = object(
  {
    endpoint: oneOf(isEndpointName, "an endpoint name"),
    fault: oneOf(isFaultName, "a fault name"),
  },
  { times: number({ min: 1, max: maxNumber, whole: true }), session: word },
);
const clockShape = object({}, { speed: amount, advanceSeconds: amount });
const nothing = object({}, {});

export async function answerControl(controls: Controls, request: Request, path: string): Promise<Answer> {
  const text = await request.text();
  const done = answerTo(controls, `${request.method} ${path}`, parse(text));
  if (!done) return json({ error: `no control ${request.method} ${path}` }, 404);
  if (!done.ok) return json({ error: done.problem }, 400);
  return json(done.value ?? { ok: true });
}

function answerTo(controls: Controls, what: string, body: unknown): Outcome<unknown> | undefined {
  switch (what) {
    case "GET /_sim/about":
      return { ok: true, value: { simulator: true } };
    case "GET /_sim/state":
      return { ok: true, value: controls.state() };
    case "POST /_sim/accounts":
      return runControl(accountShape, body, controls.addAccount);
    case "POST /_sim/faults":
      return runControl(faultShape, body, controls.addFault);
    case "POST /_sim/settings":
      return runControl(settingsShape, body, controls.changeSettings);
    case "POST /_sim/clock":
      return runControl(clockShape, body, controls.moveClock);
    case "POST /_sim/reset":
      return runControl(nothing, body, controls.reset);
    default:
      return undefined;
  }
}

function runControl<T>(shape: Shape<T>, body: unknown, action: (value: T) => unknown): Outcome<unknown> {
  const outcome = read(shape, body, "body");
  return outcome.ok ? { ok: true, value: action(outcome.value) } : outcome;
}

/** An empty body counts as an empty object. */
function parse(text: string): unknown {
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch {
    return undefined;
  }
}
