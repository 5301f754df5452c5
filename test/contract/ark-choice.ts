/**
 * Chooses the cloud of Ark's contract suite: the simulator, or a real cloud when ARK_LIVE_KEY is set to your own key.
 * Live, the suite lists models and sends calls that are refused free of charge; it makes one small image only with
 * ARK_LIVE_GENERATE=1, which costs money.
 */
import { type Ark, createArk } from "#shared/upstreams/ark/client.ts";
import { type Credential, readCredential } from "#shared/upstreams/index.ts";
import { createSimulator } from "#test/simulator/app.ts";

export type ArkChoice = {
  isLive: boolean;
  /** True when the suite may spend money. */
  mayGenerate: boolean;
  ark: Ark;
  key: Credential;
  /** Images charged so far; null: only the cloud's console tells. */
  charged(): number | null;
};

/** @throws when a key is set in CI: runs started by others must not use a personal account. */
export function chooseArk(environment: Record<string, string | undefined>): ArkChoice {
  const text = environment.ARK_LIVE_KEY ?? "";
  if (text === "") return simulated();
  if (environment.CI) throw new Error("ARK_LIVE_KEY is set in CI: the live suite runs on your own machine only.");
  const key = readCredential(text);
  if (!key.ok || key.value.upstream !== "ark") {
    throw new Error("ARK_LIVE_KEY is not a key; write it as in the Authorization header, with its cloud: ark-ap-….");
  }
  return {
    isLive: true,
    mayGenerate: environment.ARK_LIVE_GENERATE === "1",
    ark: createArk({ fetch: (request) => fetch(request), now: Date.now, origin: undefined }),
    key: key.value,
    charged: () => null,
  };
}

function simulated(): ArkChoice {
  const simulator = createSimulator({ arkSeconds: 0 });
  return {
    isLive: false,
    mayGenerate: true,
    ark: createArk({ fetch: (request) => simulator.fetch(request), now: Date.now, origin: undefined }),
    key: { upstream: "ark", place: "ap", secret: "demo-key-ap-contract" },
    charged: () => simulator.state().ark.ledger.reduce((sum, { images }) => sum + images, 0),
  };
}
