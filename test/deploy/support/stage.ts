/** One test's stage: an account, its stand-in, a desk to run commands from, and questions about the account. */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect } from "vitest";
import { type Account, anAccount, type Binding, running, type Version } from "./account.ts";
import { aDesk, type Desk } from "./run.ts";
import { type StandIn, startStandIn } from "./stand-in.ts";

export type Stage = { account: Account; standIn: StandIn; desk: Desk };

/** A new stage for each test of the file. A request that the stand-in does not know fails the test. */
export function setStages(): Stage {
  const stage = {} as Stage;
  beforeEach(async () => {
    stage.account = anAccount();
    stage.standIn = await startStandIn(stage.account);
    stage.desk = aDesk(stage.standIn, stage.account.token);
  });
  afterEach(async () => {
    await stage.standIn.close();
    stage.desk.tidy();
    expect(stage.standIn.unknown).toEqual([]);
  });
  return stage;
}

/** Everything but the Workers, as a run leaves it that stops there. */
export function makeHalfOf({ account }: Stage): void {
  account.namespaces.push({ id: "f".repeat(32), title: "dreamina-tasks" });
  account.queues.set("dreamina-tasks", { id: "1".repeat(32), consumers: [] });
  account.queues.set("dreamina-tasks-dead", { id: "2".repeat(32), consumers: [] });
  for (const name of ["dreamina-images", "dreamina-inputs"]) {
    const rules = [{ id: "leftovers", enabled: true, conditions: {}, deleteObjectsTransition: { condition: {} } }];
    account.buckets.set(name, { rules, domains: [], objects: [] });
  }
}

/** Everything, as a deployment leaves it, and the copy of its key on this machine. */
export function makeWholeOf(stage: Stage): void {
  const { account } = stage;
  makeHalfOf(stage);
  for (const name of ["dreamina-tasks", "dreamina-tasks-dead"]) {
    const consumer = { consumer_id: `of-${name}`, type: "worker", script: "dreamina-consumer", settings: {} };
    account.queues.get(name)?.consumers.push(consumer);
  }
  for (const name of ["dreamina-consumer", "dreamina-api"]) {
    const secrets = new Map([["SECRET_KEY", "a".repeat(43)]]);
    const version = { id: `1-of-${name}`, bindings: [], secrets, tag: undefined, limits: undefined, mainModule: "" };
    const hasAddress = name === "dreamina-api";
    account.workers.set(name, {
      versions: [version],
      deployed: version.id,
      hasAddress,
      migrationTag: hasAddress ? undefined : "v3",
      crons: hasAddress ? [] : ["30 16 * * *"],
      assets: [],
    });
  }
  mkdirSync(path.dirname(keptKey(stage)), { recursive: true });
  writeFileSync(keptKey(stage), `${"a".repeat(43)}\n`);
}

/** The names of all resources, and who reads the queues. */
export const outlineOf = ({ account: { namespaces, queues, buckets, workers } }: Stage) => ({
  namespaces: namespaces.map(({ title }) => title),
  queues: [...queues].map(([name, { consumers }]) => [name, consumers.map(({ script }) => script)]).toSorted(),
  buckets: [...buckets.keys()].toSorted(),
  workers: [...workers].map(([name, { hasAddress, migrationTag }]) => [name, hasAddress, migrationTag]).toSorted(),
});

export const versionOf = ({ account }: Stage, name: string): Version | undefined => running(account.workers.get(name));

export function bindingsOf(stage: Stage, name: string): Record<string, Omit<Binding, "name">> {
  const bindings = versionOf(stage, name)?.bindings ?? [];
  return Object.fromEntries(bindings.map(({ name: binding, ...rest }) => [binding, rest]));
}

export const secretOf = (stage: Stage, name: string, secret: string): string | undefined =>
  versionOf(stage, name)?.secrets.get(secret);

export const keyOf = (stage: Stage, name: string): string | undefined => secretOf(stage, name, "SECRET_KEY");

/** Where the copy of the key is. */
export const keptKey = ({ account, desk }: Stage): string =>
  path.join(desk.state, account.id, "dreamina", "secret-key");

/** Neither on the screen nor in any file but the key's own. */
export function expectNoSecretIn(stage: Stage, output: string): void {
  for (const secret of [keyOf(stage, "dreamina-consumer"), keyOf(stage, "dreamina-api"), stage.account.token]) {
    if (secret !== undefined) expect(output).not.toContain(secret);
  }
}
