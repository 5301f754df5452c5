/** The pool under a new SECRET_KEY: sealed again at the next start of the registry, so that the one before can go. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { Registry } from "#consumer/registry/registry.ts";
import { sealFor } from "#shared/seal.ts";
import { registryOf } from "#shared/task/registry.ts";
import { toPool } from "#test/workers/support/admin.ts";
import { aSession, setStage } from "#test/workers/support/stage.ts";

const newKey = "HwAeAR0CHAMbBBoFGQYYBxcIFgkVChQLEwwSDREOEA8";

/** The registry as it starts with these keys, on the same storage. */
const startedWith = (keys: { SECRET_KEY: string; PREVIOUS_SECRET_KEY?: string }) =>
  runInDurableObject(env.REGISTRY.getByName("registry"), async (_, state) => {
    const registry = new Registry(state, { ...env, ...keys } as unknown as ConsumerEnv);
    // What it seals again while it starts is there afterwards.
    await state.blockConcurrencyWhile(async () => {});
    return registry.members();
  });

it("credentials are sealed by the new key, once, with new tags and a new version; an unreadable one stays, a twin goes", async () => {
  const stage = setStage();
  const sessions = [aSession(), aSession()];
  await toPool(sessions);
  const before = await registryOf(env.REGISTRY).members();
  const twin = [before.members[0]?.tag ?? "", before.members[0]?.sealed ?? ""];
  await runInDurableObject(env.REGISTRY.getByName("registry"), (_, { storage }) => {
    storage.sql.exec("UPDATE credentials SET sealed = 'v1.broken' WHERE seq = 2");
  });

  const during = await startedWith({ SECRET_KEY: newKey, PREVIOUS_SECRET_KEY: env.SECRET_KEY });

  expect(during.version).toBeGreaterThan(before.version);
  const seal = await sealFor({ SECRET_KEY: newKey });
  const [first, second] = during.members;
  expect(await seal.open(first?.sealed ?? "", `session:${first?.tag}`)).toBe(sessions[0]);
  expect(second?.sealed).toBe("v1.broken");
  expect(stage.logs.join()).toContain("credential_unreadable");

  // The Workers get the keys one after the other: one may have added the same credential with the new key.
  await runInDurableObject(env.REGISTRY.getByName("registry"), (_, { storage }) => {
    const columns = "upstream, place, label, name, weight, is_paused, added_at, sealed";
    storage.sql.exec(`INSERT INTO credentials (id, tag, ${columns}) SELECT 'cred_twin', 'twin', ${columns}
      FROM credentials WHERE seq = 1`);
    storage.sql.exec("UPDATE credentials SET tag = ?, sealed = ? WHERE id = 'cred_twin'", ...twin);
  });

  const again = await startedWith({ SECRET_KEY: newKey, PREVIOUS_SECRET_KEY: env.SECRET_KEY });
  expect(again.members).toEqual(during.members);
});
