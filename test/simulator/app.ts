// Creates a simulator and answers requests: address, route, fault, handler. Programs in the same process call `fetch`;
// main.ts serves a port.

import { readAddress } from "./address.ts";
import { type Answer, plain } from "./answer.ts";
import { arkNotFound, arkRouteOf } from "./ark/routes.ts";
import { answerControl, type Controls, createControls } from "./controls.ts";
import { applyFault } from "./faults.ts";
import { routeOf } from "./routes.ts";
import { sample, samplesPath } from "./samples.ts";
import { defaultSettings, type Settings } from "./settings.ts";
import { createWorld, type Memory, memoryOf, type World } from "./world.ts";

export type SimulatorOptions = Partial<Settings> & {
  /** Simulated seconds per real second; 0 stops the clock. */
  speed?: number;
  /** The real time, Unix milliseconds; tests pass their own. */
  now?: () => number;
  /** Keeps the state across restarts; without a store the state ends with the process. */
  store?: Store;
};

export type Store = {
  load(): Memory | undefined;
  /** Called before each answer, changed or not. The simulator goes on changing the object afterwards. */
  save(memory: Memory): void;
};

export type Simulator = Controls & {
  /** Replaces the global fetch. A reset connection rejects; a silent one never settles, unless it is aborted. */
  fetch(input: Request | URL | string, init?: RequestInit): Promise<Response>;
  /** As `fetch`, but returns a reset or silent connection as a value. */
  answer(request: Request): Promise<Answer>;
};

export function createSimulator(options: SimulatorOptions = {}): Simulator {
  const { speed = 1, now = Date.now, store, ...settings } = options;
  const startSettings = { ...defaultSettings, ...settings };
  const world = createWorld({ speed, now }, startSettings, store?.load());
  world.keep = () => store?.save(memoryOf(world));
  const controls = createControls(world, startSettings);

  // Saved at the start too: the speed may have changed, and a path that cannot be written must fail here.
  world.keep();
  const answer = async (request: Request) => {
    const done = await route(world, controls, request);
    world.keep();
    return done;
  };
  return {
    ...controls,
    answer,
    async fetch(input, init) {
      const isRequest = typeof input === "object" && "headers" in input;
      const request = isRequest && !init ? input : new Request(input, init);
      request.signal?.throwIfAborted();
      const done = await beforeAbort(answer(request), request.signal);
      return responseFor(done, request.signal);
    },
  };
}

async function route(world: World, controls: Controls, request: Request): Promise<Answer> {
  const url = new URL(request.url);
  const address = readAddress(url);
  if (!address) {
    if (url.pathname.startsWith("/_sim/")) return answerControl(controls, request, url.pathname);
    if (url.pathname.startsWith(samplesPath)) return sample(request);
    return plain(404, "404 page not found");
  }
  const atArk = arkRouteOf(world, address, request);
  if (atArk === "notFound") return arkNotFound();
  const found = atArk ?? (await routeOf(world, address, request));
  if (!found) return plain(404, "404 page not found");
  const { name, wrapper, session, handle } = found;
  world.calls[name] = (world.calls[name] ?? 0) + 1;
  const fault = world.faults.take(name, session);
  return fault
    ? applyFault(fault, async () => handle(), { wrapper, realMs: world.clock.realMs(), signal: request.signal })
    : handle();
}

/** A call that takes long goes on after its client has hung up. */
function beforeAbort(answer: Promise<Answer>, signal: AbortSignal | undefined): Promise<Answer> {
  if (!signal) return answer;
  return new Promise((resolve, reject) => {
    const hangUp = () => reject(signal.reason);
    signal.addEventListener("abort", hangUp);
    answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", hangUp));
  });
}

function responseFor(answer: Answer, signal: AbortSignal | undefined): Response | Promise<Response> {
  switch (answer.kind) {
    case "response":
      return answer.response;
    case "reset":
      // As Node's fetch throws when the server resets the connection.
      throw new TypeError("fetch failed", {
        cause: Object.assign(new Error("read ECONNRESET"), {
          code: "ECONNRESET",
        }),
      });
    case "hang":
      return new Promise((_, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason));
      });
  }
}
