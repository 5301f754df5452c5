/**
 * Chooses the upstream of the contract suite: the simulator, or the real upstream when DREAMINA_LIVE_SESSION is set to
 * your own session. Live, the suite reads and uploads one small image; it generates only with DREAMINA_LIVE_GENERATE=1.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { readSession } from "#shared/upstreams/dreamina/session.ts";
import { createUpstream, defaultUpstreamConfig, type Session, type Upstream } from "#shared/upstreams/index.ts";
import { createSimulator } from "#test/simulator/app.ts";

export type UpstreamChoice = {
  isLive: boolean;
  /** True when the suite may spend credits. */
  mayGenerate: boolean;
  upstream: Upstream;
  session: Session;
  /** Waits in the upstream's time. */
  pass(seconds: number): Promise<void>;
};

/** @throws when a session is set in CI: runs started by others must not use a personal account. */
export function chooseUpstream(environment: Record<string, string | undefined>): UpstreamChoice {
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

function simulated(): UpstreamChoice {
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
