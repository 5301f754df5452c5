/**
 * Whom the contract suite talks to: the simulator, or the real upstream when DREAMINA_LIVE_SESSION holds a session of
 * yours. Live, it only reads and uploads one tiny image, unless DREAMINA_LIVE_GENERATE=1 lets it spend credits.
 */
import { setTimeout as sleep } from "node:timers/promises";
import {
  createUpstream,
  defaultUpstreamConfig,
  readSession,
  type Session,
  type Upstream,
} from "#shared/upstream/index.ts";
import { createSimulator } from "#test/simulator/app.ts";

export type Door = {
  isLive: boolean;
  /** Whether an image may be paid for. */
  mayGenerate: boolean;
  upstream: Upstream;
  session: Session;
  /** Seconds of the upstream's time go by. */
  pass(seconds: number): Promise<void>;
};

/** @throws in CI when a session is set: a machine that others start must not use a person's account. */
export function openDoor(environment: Record<string, string | undefined>): Door {
  const credential = environment.DREAMINA_LIVE_SESSION ?? "";
  if (credential === "") return simulated();
  if (environment.CI)
    throw new Error("DREAMINA_LIVE_SESSION is set in CI: the live suite runs on your own machine only.");
  const session = readSession(credential);
  if (!session.ok) throw new Error("DREAMINA_LIVE_SESSION is not a session; write it as in the Authorization header.");
  return {
    isLive: true,
    mayGenerate: environment.DREAMINA_LIVE_GENERATE === "1",
    upstream: createUpstream({
      fetch: (request) => fetch(request),
      now: Date.now,
      origin: undefined,
      config: defaultUpstreamConfig,
    }),
    session: session.value,
    pass: async (seconds) => {
      await sleep(seconds * 1000);
    },
  };
}

function simulated(): Door {
  const simulator = createSimulator({ speed: 0 });
  return {
    isLive: false,
    mayGenerate: true,
    upstream: createUpstream({
      fetch: (request) => simulator.fetch(request),
      now: Date.now,
      origin: undefined,
      config: defaultUpstreamConfig,
    }),
    session: { region: "cn", sessionId: "demo-cn" },
    pass: async (seconds) => {
      simulator.moveClock({ advanceSeconds: seconds });
    },
  };
}
