/** What the registry asks the upstreams about its credentials: whether one is alive, and for the gift of the day. */
import type { ConsumerConfig } from "#shared/config.ts";
import type { TaskError } from "#shared/errors.ts";
import type { Seal } from "#shared/seal.ts";
import type { SealedSession } from "#shared/task/coordinator.ts";
import type { Checked, Claimed } from "#shared/task/registry.ts";
import {
  type Credential,
  createUpstream,
  isKey,
  listedModels,
  parseCredential,
  type SessionCheck,
  sessionOf,
  upstreamConfigFrom,
} from "#shared/upstreams/index.ts";

export class Asking {
  readonly #seal: Seal;
  readonly #config: ReturnType<typeof upstreamConfigFrom>;
  readonly #reach: { fetch: (request: Request) => Promise<Response>; now: () => number; origin: string | undefined };

  constructor(seal: Seal, { UPSTREAM_ORIGIN, UPSTREAM_OVERRIDES }: ConsumerConfig) {
    this.#seal = seal;
    this.#config = upstreamConfigFrom(UPSTREAM_OVERRIDES);
    this.#reach = { fetch: (request) => fetch(request), now: Date.now, origin: UPSTREAM_ORIGIN };
  }

  /** Costs nothing. Three calls at most. */
  async check(sealed: SealedSession): Promise<Checked> {
    const at = Date.now();
    const credential = await this.#open(sealed).catch(() => null);
    if (credential === null) return { at, isAlive: null, balance: null, error: unreadable };
    if (!isKey(credential)) {
      const upstream = createUpstream({ ...this.#reach, config: this.#config });
      return { at, ...foundBy(await upstream.checkSession(sessionOf(credential))) };
    }
    const models = await listedModels(credential, this.#reach);
    if (models.ok) return { at, isAlive: true, balance: null, error: null };
    const { code } = models.error.error;
    return { at, isAlive: code === "key_refused" ? false : null, balance: null, error: models.error.error };
  }

  /** One call. Null where there is nothing to claim: of a key, or on a site that refuses it to clients. */
  async claim(sealed: SealedSession): Promise<Claimed | null> {
    const credential = await this.#open(sealed);
    if (isKey(credential)) return null;
    const session = sessionOf(credential);
    if (!this.#config.regions[session.region].claimsGift) return null;
    const claim = await createUpstream({ ...this.#reach, config: this.#config }).claim(session);
    const at = Date.now();
    return claim.ok
      ? { at, received: claim.value.received, error: null }
      : { at, received: 0, error: claim.error.error };
  }

  async #open({ upstream, tag, sealed }: SealedSession): Promise<Credential> {
    const credential = parseCredential(upstream, await this.#seal.open(sealed, `session:${tag}`));
    if (credential === null) throw new Error(`the sealed credential is none of ${upstream}`);
    return credential;
  }
}

const unreadable: TaskError = {
  code: "internal",
  message:
    "The stored text of this credential cannot be read with the present SECRET_KEY. Remove it, and add it again.",
};

function foundBy(check: SessionCheck): Omit<Checked, "at"> {
  switch (check.kind) {
    case "alive":
      return { isAlive: true, balance: balanceOf(check), error: null };
    case "elsewhere": {
      const prefixes = check.regions.map((region) => (region === "cn" ? "without a prefix" : `with ${region}-`));
      const message = `This session is alive, but its account lives elsewhere: add it ${prefixes.join(" or ")}.`;
      return { isAlive: false, balance: balanceOf(check), error: { code: "session_expired", message } };
    }
    case "dead":
      return { isAlive: false, balance: null, error: check.failure.error };
    case "unknown":
      return { isAlive: null, balance: null, error: check.failure.error };
  }
}

const balanceOf = ({ balance }: Extract<SessionCheck, { kind: "alive" | "elsewhere" }>): Checked["balance"] => {
  const { total, gift, purchase, vip } = balance;
  return { total, gift, purchase, vip };
};
