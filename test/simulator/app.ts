// Puts the simulator together and leads a request through it: address, route, fault, work. The doors are `fetch` for
// programs in the same process and main.ts for everything else.

import { readAddress } from "./address.ts";
import { type Answer, plain } from "./answer.ts";
import { answerControl, type Controls, createControls } from "./controls.ts";
import { applyFault } from "./faults.ts";
import { routeOf } from "./routes.ts";
import { sample, samplesPath } from "./samples.ts";
import { defaultSettings, type Settings } from "./settings.ts";
import { createWorld, type Memory, memoryOf, type World } from "./world.ts";

export type SimulatorOptions = Partial<Settings> & {
  /** Simulated seconds per real second; 0 stops the clock. */
  speed?: number;
  /** The real time in milliseconds; tests give their own. */
  now?: () => number;
  /** Where it remembers; without it everything is forgotten at the end. */
  store?: Store;
};

export type Store = {
  load(): Memory | undefined;
  /** Called before each answer, whether anything changed or not. Its argument keeps changing afterwards. */
  save(memory: Memory): void;
};

export type Simulator = Controls & {
  /** Stands in for the global fetch. A cut connection rejects, silence never settles (unless aborted). */
  fetch(input: Request | URL | string, init?: RequestInit): Promise<Response>;
  /** As `fetch`, but a cut connection or silence is told instead of acted out. */
  answer(request: Request): Promise<Answer>;
};

export function createSimulator(options: SimulatorOptions = {}): Simulator {
  const { speed = 1, now = Date.now, store, ...settings } = options;
  const startSettings = { ...defaultSettings, ...settings };
  const world = createWorld({ speed, now }, startSettings, store?.load());
  const controls = createControls(world, startSettings);

  // At the start as well: the speed may be another one, and a place that cannot be written is found out.
  store?.save(memoryOf(world));
  const answer = async (request: Request) => {
    const done = await route(world, controls, request);
    store?.save(memoryOf(world));
    return done;
  };
  return {
    ...controls,
    answer,
    async fetch(input, init) {
      const isRequest = typeof input === "object" && "headers" in input;
      const request = isRequest && !init ? input : new Request(input, init);
      request.signal?.throwIfAborted();
      return responseFor(await answer(request), request.signal);
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
  const found = await routeOf(world, address, request);
  if (!found) return plain(404, "404 page not found");
  const { name, wrapper, session, handle } = found;
  world.calls[name] = (world.calls[name] ?? 0) + 1;
  const fault = world.faults.take(name, session);
  return fault
    ? applyFault(fault, async () => handle(), { wrapper, realMs: world.clock.realMs(), signal: request.signal })
    : handle();
}

function responseFor(answer: Answer, signal: AbortSignal | undefined): Response | Promise<Response> {
  switch (answer.kind) {
    case "response":
      return answer.response;
    case "reset":
      // What fetch throws in Node when the other side resets the connection.
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
