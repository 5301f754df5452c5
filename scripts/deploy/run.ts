/**
 * One deployment from login to health: reads the account, creates the missing resources, deploys the changed Workers.
 * The next run after a failure finds everything that this one created. Needs the project's Node and the installed
 * dependencies.
 */
import path from "node:path";
import type { DeployFlags } from "#scripts/bootstrap/deploy-flags.mjs";
import { type Account, findZone } from "#scripts/cloudflare/account.ts";
import { type CloudflareApi, CloudflareError } from "#scripts/cloudflare/api.ts";
import { asLoggedIn, type ChosenAccount } from "#scripts/cloudflare/login.ts";
import { buildIfStale } from "#scripts/page/page.ts";
import { type AdminKey, makeAdminKey } from "#scripts/start/admin-key.ts";
import { areQueuesRead, decideKey, deployedDomain, type KeySource, resourcesFor, takenName } from "./decisions.ts";
import { type Deployment, openDeployment } from "./deployment.ts";
import { untilHealthy } from "./health.ts";
import { type Secrets, secretsFor } from "./key.ts";
import type { Memory } from "./memory.ts";
import { type Plan, planOf } from "./plans.ts";
import { type Prepared, prepare, tagOf, upload } from "./upload.ts";
import { type Configs, publicUrl, WORKERS, type WorkerName, wantedConfigs } from "./wanted.ts";

const TITLES: Record<WorkerName, string> = { consumer: "consumer worker", api: "API worker" };

/** @throws Error with what failed and what to do; the next run goes on from there */
export async function deployRun(root: string, flags: DeployFlags): Promise<void> {
  const deployment = await openDeployment(root, flags);
  const { memory } = deployment;
  console.log(`Account ${deployment.account.title}`);
  const found = await deployment.look();
  const plan = await decide(deployment, found, flags);
  await buildPage(root);
  const recordsId = found.records?.id;
  const prepared = await Promise.all(
    WORKERS.map((worker) => prepare(root, memory.folder, { worker, config: plan.configs(recordsId)[worker] })),
  );

  if (!flags.dryRun) memory.keepChoices({ plan: plan.plan, imagesDomain: plan.imagesDomain });
  await createMissing(deployment, found, { plan, flags });
  const records = flags.dryRun || recordsId ? found.records : (await deployment.look()).records;
  const secrets = flags.dryRun ? {} : secretsFor(plan.key, memory);
  const configs = plan.configs(records?.id);
  const admin = needsAdminKey(found, flags) ? makeAdminKey() : null;
  for (const one of prepared) {
    await deployIfChanged({ ...one, config: configs[one.worker] }, { root, found, plan, flags, secrets, admin });
  }
  if (flags.dryRun) {
    console.log("Nothing was changed.");
    return;
  }
  memory.settleKey();
  const url = publicUrl(configs.api, found.subdomain ?? flags.subdomain);
  // Before the check: the key is shown only now, and a new domain may not answer for minutes.
  if (admin) console.log(adminKeyMessage(url, admin));
  await verify(url, memory);
}

const adminKeyMessage = (url: string, { key }: AdminKey): string => `
The administrator's key, shown only this once: ${key}
It opens ${url}/admin, where API keys and the server's own sessions are managed.
`;

/** One that is set is replaced only on request. */
const needsAdminKey = ({ workers }: Account, { newAdminKey }: DeployFlags): boolean =>
  newAdminKey || !workers.api?.secrets.includes("ADMIN_KEY_HASH");

type Decided = {
  plan: Plan;
  imagesDomain: string | null;
  key: { source: KeySource; on: WorkerName[]; given: string | undefined };
  /** Of the images' domain while it is not attached. */
  zone: string | undefined;
  configs(recordsId: string | undefined): Configs;
};

/** @throws Error for everything that can be wrong, before anything is created */
async function decide(
  { api, account, own, names, memory }: Deployment,
  found: Account,
  flags: DeployFlags,
): Promise<Decided> {
  const taken = takenName(found, names);
  if (taken) throw new Error(`${taken} Choose another beginning for all names: npm run deploy -- --name ANOTHER`);
  const choices = memory.choices();
  // The deployed plan counts for more than the memory of this machine: the last deployment may come from another
  // machine.
  const deployed = planOf(found.workers.consumer);
  const plan = flags.plan ?? (deployed === "paid" ? deployed : choices.plan) ?? deployed ?? "free";
  const domains = [flags.imagesDomain, deployedDomain(found), choices.imagesDomain];
  const imagesDomain = domains.find((domain) => domain !== undefined) ?? null;
  const given = process.env.SECRET_KEY || undefined;
  const renew = flags.newKey || memory.nextKey() !== undefined;
  const { forgetOldKey } = flags;
  const key = decideKey({ workers: found.workers, copy: memory.key(), given, renew, forgetOldKey });
  if ("refusal" in key) throw new Error(key.refusal);
  if (found.subdomain === undefined && flags.subdomain === undefined) throw new Error(withoutSubdomain(account.id));
  const isAttached = imagesDomain === null || (found.buckets.images?.domains.includes(imagesDomain) ?? false);
  return {
    plan,
    imagesDomain,
    key: { ...key, given },
    zone: isAttached ? undefined : await zoneOf(api, account, imagesDomain),
    configs: (recordsId) => wantedConfigs(own, { names, plan, imagesDomain, accountId: account.id, recordsId }),
  };
}

const withoutSubdomain = (accountId: string) =>
  "This account has no workers.dev name yet; addresses of Workers end in it. Choose one, for good: " +
  `npm run deploy -- --subdomain NAME (or https://dash.cloudflare.com/${accountId}/workers/onboarding).`;

async function zoneOf(api: CloudflareApi, account: ChosenAccount, domain: string): Promise<string> {
  const zone = await asLoggedIn(() => findZone(api, account.id, domain));
  if (zone !== undefined) return zone;
  throw new Error(
    `No domain of this account holds ${domain}. Add it at https://dash.cloudflare.com/${account.id}/add-site, ` +
      "or leave --images-domain out: images then come from the API's own address.",
  );
}

async function buildPage(root: string): Promise<void> {
  const { code, output } = await buildIfStale(root);
  if (code !== 0) throw new Error(`The page could not be built:\n${output.trim()}\nNothing was deployed.`);
  console.log(output.trim() || "The page is up to date.");
}

/** Creates the missing resources at the same time, except the rule of a bucket, and reports them one by one. */
async function createMissing(
  { api, account, names, run }: Deployment,
  found: Account,
  { plan, flags: { subdomain, dryRun } }: { plan: Decided; flags: DeployFlags },
): Promise<void> {
  if (subdomain !== undefined) {
    const exists = found.subdomain !== undefined;
    await step(`${found.subdomain ?? subdomain}.workers.dev`, { exists, dryRun }, () =>
      registerSubdomain(api, account.id, subdomain),
    );
  }
  const resources = resourcesFor(found, names);
  const created = new Map(
    resources
      .filter(({ exists, within }) => !exists && !within && !dryRun)
      .map(({ title, create }) => [title, settled(run(create))]),
  );
  try {
    for (const { title, exists, create } of resources) {
      await step(title, { exists, dryRun }, () => created.get(title)?.() ?? run(create));
    }
  } finally {
    await Promise.all([...created.values()].map((wait) => wait().catch(() => {})));
  }
  if (plan.zone && plan.imagesDomain) {
    const title = `${plan.imagesDomain} for the images (its certificate takes some minutes)`;
    const target = ["--domain", plan.imagesDomain, "--zone-id", plan.zone, "--force"];
    await step(title, { exists: false, dryRun }, () => run(["r2", "bucket", "domain", "add", names.images, ...target]));
  }
}

/** A promise whose failure is thrown only to a caller that waits for it. */
function settled<Value>(promise: Promise<Value>): () => Promise<Value> {
  promise.catch(() => {});
  return () => promise;
}

async function registerSubdomain(api: CloudflareApi, accountId: string, subdomain: string): Promise<void> {
  try {
    await api.put(`/accounts/${accountId}/workers/subdomain`, { subdomain });
  } catch (error) {
    const reason = error instanceof CloudflareError ? error.reason : messageOf(error);
    throw new Error(`${reason}. Another --subdomain may be free`);
  }
}

type Situation = {
  root: string;
  found: Account;
  plan: Decided;
  flags: DeployFlags;
  secrets: Secrets;
  /** A new key for the administrator; null: there is one. */
  admin: AdminKey | null;
};

async function deployIfChanged(one: Prepared, situation: Situation): Promise<void> {
  const { root, found, plan, flags } = situation;
  const { worker, config } = one;
  const running = found.workers[worker];
  const tag = tagOf(root, one);
  const isReached =
    worker === "consumer" ? areQueuesRead(found.queues, config) : running?.hasAddress === config.workers_dev;
  const setsKey = plan.key.on.includes(worker);
  const admin = worker === "api" ? situation.admin : null;
  const secrets = { ...(setsKey && situation.secrets), ...(admin !== null && { ADMIN_KEY_HASH: admin.hash }) };
  const set = [...(setsKey ? ["SECRET_KEY"] : []), ...(admin === null ? [] : ["ADMIN_KEY_HASH"])];
  const exists = running?.tag === tag && isReached && set.length === 0;
  const title = `${TITLES[worker]} ${config.name}${set.length > 0 ? `, with ${set.join(" and ")}` : ""}`;
  await step(title, { exists, dryRun: flags.dryRun, done: "deployed", kept: "unchanged" }, () =>
    upload(root, one, { tag, secrets }),
  );
}

type Step = { exists: boolean; dryRun: boolean; done?: string; kept?: string };

/** Creates what does not exist and reports it in one line. */
async function step(
  title: string,
  { exists, dryRun, done = "made", kept = "was there" }: Step,
  create: () => Promise<unknown>,
): Promise<void> {
  if (exists) return console.log(`✓ ${title}: ${kept}`);
  if (dryRun) return console.log(`+ ${title}: would be ${done}`);
  try {
    await create();
  } catch (error) {
    throw new Error(
      `✗ ${title}: ${messageOf(error).replace(/\.$/, "")}.\nWhat was made so far stays, and is found again: run npm run deploy once more when that is mended.`,
    );
  }
  console.log(`+ ${title}: ${done}`);
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

async function verify(url: string, memory: Memory): Promise<void> {
  const { upstream, public_images: publicImages } = await untilHealthy(url, { say: console.log });
  console.log(`✓ ${url}/health: every part answers`);
  console.log(`
Deployed: ${url}
${UPSTREAMS[upstream ?? ""] ?? ""}${publicImages ? "" : " Links to images point at the same address."}
${memory.key() ? `A copy of SECRET_KEY is in ${path.relative(process.cwd(), memory.keyFile)}, readable by you only. Keep it: without it a lost Worker loses its tasks.` : "No copy of SECRET_KEY is on this machine."}`);
}

const UPSTREAMS: Record<string, string> = {
  live: "Images are made by the real Dreamina.",
  relay: "Dreamina is reached through your UPSTREAM_ORIGIN.",
  simulator: "Images are SIMULATED: UPSTREAM_ORIGIN names a simulator.",
};
