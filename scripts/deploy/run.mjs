// One deployment from login to health: looks at what is there, makes what is missing, deploys what has changed. A failure
// half way leaves nothing that the next run does not find again. Needs the project's Node and the installed dependencies.

import path from "node:path";
import { findZone } from "#scripts/cloudflare/account.mjs";
import { asLoggedIn } from "#scripts/cloudflare/login.mjs";
import { buildIfStale } from "#scripts/page/page.mjs";
import { areQueuesRead, decideKey, deployedDomain, resourcesFor, takenName } from "./decisions.mjs";
import { openDeployment } from "./deployment.mjs";
import { untilHealthy } from "./health.mjs";
import { secretsFor } from "./key.mjs";
import { planOf } from "./plans.mjs";
import { prepare, tagOf, upload } from "./upload.mjs";
import { publicUrl, wantedConfigs } from "./wanted.mjs";

const TITLES = { consumer: "consumer worker", api: "API worker" };

export async function deployRun(root, flags) {
  const deployment = await openDeployment(root, flags);
  const { memory } = deployment;
  console.log(`Account ${deployment.account.title}`);
  const found = await deployment.look();
  const plan = await decide(deployment, found, flags);
  await buildPage(root);
  const recordsId = found.records?.id;
  const prepared = await Promise.all(
    ["consumer", "api"].map((worker) =>
      prepare(root, memory.folder, { worker, config: plan.configs(recordsId)[worker] }),
    ),
  );

  if (!flags.dryRun) memory.keepChoices({ plan: plan.plan, imagesDomain: plan.imagesDomain });
  await makeMissing(deployment, found, { plan, flags });
  const records = flags.dryRun || recordsId ? found.records : (await deployment.look()).records;
  const secrets = flags.dryRun ? {} : secretsFor(plan.key, memory);
  const configs = plan.configs(records?.id);
  for (const one of prepared) {
    await deployIfChanged({ ...one, config: configs[one.worker] }, { root, found, plan, flags, secrets });
  }
  if (flags.dryRun) {
    console.log("Nothing was changed.");
    return;
  }
  memory.settleKey();
  await verify(publicUrl(configs.api, found.subdomain ?? flags.subdomain), memory);
}

/** Everything that can be wrong is found before anything is made. */
async function decide({ api, account, own, names, memory }, found, flags) {
  const taken = takenName(found, names);
  if (taken) throw new Error(`${taken} Choose another beginning for all names: npm run deploy -- --name ANOTHER`);
  const choices = memory.choices();
  // What runs counts for more than what this machine remembers: somebody may have deployed from another.
  const deployed = planOf(found.workers.consumer);
  const plan = flags.plan ?? (deployed === "paid" ? deployed : choices.plan) ?? deployed ?? "free";
  const imagesDomain = [flags.imagesDomain, deployedDomain(found), choices.imagesDomain, null].find(
    (domain) => domain !== undefined,
  );
  const given = process.env.SECRET_KEY || undefined;
  const renew = flags.newKey || memory.nextKey() !== undefined;
  const key = {
    ...decideKey({ workers: found.workers, copy: memory.key(), given, renew, forgetOldKey: flags.forgetOldKey }),
    given,
  };
  if (key.refusal) throw new Error(key.refusal);
  if (found.subdomain === undefined && flags.subdomain === undefined) throw new Error(withoutSubdomain(account.id));
  const isAttached = imagesDomain === null || (found.buckets.images?.domains.includes(imagesDomain) ?? false);
  return {
    plan,
    imagesDomain,
    key,
    zone: isAttached ? undefined : await zoneOf(api, account, imagesDomain),
    configs: (recordsId) => wantedConfigs(own, { names, plan, imagesDomain, accountId: account.id, recordsId }),
  };
}

const withoutSubdomain = (accountId) =>
  "This account has no workers.dev name yet; addresses of Workers end in it. Choose one, for good: " +
  `npm run deploy -- --subdomain NAME (or https://dash.cloudflare.com/${accountId}/workers/onboarding).`;

async function zoneOf(api, account, domain) {
  const zone = await asLoggedIn(() => findZone(api, account.id, domain));
  if (zone !== undefined) return zone;
  throw new Error(
    `No domain of this account holds ${domain}. Add it at https://dash.cloudflare.com/${account.id}/add-site, ` +
      "or leave --images-domain out: pictures then come from the API's own address.",
  );
}

async function buildPage(root) {
  const { code, output } = await buildIfStale(root);
  if (code !== 0) throw new Error(`The page could not be built:\n${output.trim()}\nNothing was deployed.`);
  console.log(output.trim() || "The page is up to date.");
}

/** What is missing is made at the same time, except what belongs into a bucket; told one by one. */
async function makeMissing({ api, account, names, run }, found, { plan, flags }) {
  if (flags.subdomain !== undefined) {
    const isThere = found.subdomain !== undefined;
    await step(`${found.subdomain ?? flags.subdomain}.workers.dev`, { isThere, dryRun: flags.dryRun }, () =>
      registerSubdomain(api, account.id, flags.subdomain),
    );
  }
  const resources = resourcesFor(found, names);
  const made = new Map(
    resources
      .filter(({ isThere, within }) => !isThere && !within && !flags.dryRun)
      .map(({ title, make }) => [title, settled(run(make))]),
  );
  try {
    for (const { title, isThere, make } of resources) {
      await step(title, { isThere, dryRun: flags.dryRun }, () => made.get(title)?.() ?? run(make));
    }
  } finally {
    await Promise.all([...made.values()].map((wait) => wait().catch(() => {})));
  }
  if (plan.zone) {
    const title = `${plan.imagesDomain} for the pictures (its certificate takes some minutes)`;
    const target = ["--domain", plan.imagesDomain, "--zone-id", plan.zone, "--force"];
    await step(title, { dryRun: flags.dryRun }, () => run(["r2", "bucket", "domain", "add", names.images, ...target]));
  }
}

/** A promise whose failure is told when somebody waits for it. */
function settled(promise) {
  promise.catch(() => {});
  return () => promise;
}

async function registerSubdomain(api, accountId, subdomain) {
  try {
    await api.put(`/accounts/${accountId}/workers/subdomain`, { subdomain });
  } catch (error) {
    throw new Error(`${error.reason ?? error.message}. Another --subdomain may be free`);
  }
}

async function deployIfChanged(one, { root, found, plan, flags, secrets }) {
  const { worker, config } = one;
  const running = found.workers[worker];
  const tag = tagOf(root, one);
  const isReached =
    worker === "consumer" ? areQueuesRead(found.queues, config) : running?.hasAddress === config.workers_dev;
  const setsKey = plan.key.on.includes(worker);
  const isThere = running?.tag === tag && isReached && !setsKey;
  const title = `${TITLES[worker]} ${config.name}${setsKey ? ", with SECRET_KEY" : ""}`;
  await step(title, { isThere, dryRun: flags.dryRun, done: "deployed", there: "unchanged" }, () =>
    upload(root, one, { tag, secrets: setsKey ? secrets : {} }),
  );
}

/** One line for one thing that has to be. */
async function step(title, { isThere, dryRun, done = "made", there = "was there" }, make) {
  if (isThere) return console.log(`✓ ${title}: ${there}`);
  if (dryRun) return console.log(`+ ${title}: would be ${done}`);
  try {
    await make();
  } catch (error) {
    throw new Error(
      `✗ ${title}: ${error.message.replace(/\.$/, "")}.\nWhat was made so far stays, and is found again: run npm run deploy once more when that is mended.`,
    );
  }
  console.log(`+ ${title}: ${done}`);
}

async function verify(url, memory) {
  const { upstream, public_images: publicImages } = await untilHealthy(url, { say: console.log });
  console.log(`✓ ${url}/health: every part answers`);
  console.log(`
Deployed: ${url}
${UPSTREAMS[upstream] ?? ""}${publicImages ? "" : " Links to pictures point at the same address."}
${memory.key() ? `A copy of SECRET_KEY is in ${path.relative(process.cwd(), memory.keyFile)}, readable by you only. Keep it: without it a lost Worker loses its tasks.` : "No copy of SECRET_KEY is on this machine."}`);
}

const UPSTREAMS = {
  live: "Pictures are made by the real Dreamina.",
  relay: "Dreamina is reached through your UPSTREAM_ORIGIN.",
  simulator: "Pictures are SIMULATED: UPSTREAM_ORIGIN names a simulator.",
};
