/**
 * Takes a deployment off its account, in the order in which Cloudflare lets go of its parts, after asking. Needs the
 * project's Node and the installed dependencies.
 */
import { createInterface } from "node:readline/promises";
import type { DestroyFlags } from "#scripts/bootstrap/deploy-flags.mjs";
import type { CloudflareApi } from "#scripts/cloudflare/api.ts";
import { takenName } from "./decisions.ts";
import { type Deployment, openDeployment } from "./deployment.ts";
import { type Removal, removals } from "./destroy-steps.ts";

const MAX_KEYS = 1_000;

/** @returns the exit code @throws Error at the first part that cannot be deleted */
export async function destroyRun(root: string, flags: DestroyFlags): Promise<number> {
  const deployment = await openDeployment(root, flags);
  const { account, names, memory } = deployment;
  console.log(`Account ${account.title}`);
  const found = await deployment.look();
  const taken = takenName(found, names);
  if (taken) throw new Error(`${taken} Nothing was deleted.`);
  const steps = removals(found, names, flags);
  if (steps.length === 0) {
    console.log("Nothing of this deployment is there.");
    memory.forget();
    return 0;
  }
  console.log(
    `These will be deleted, for good:\n${steps.map(({ title, loses }) => `  ${title}${loses ? `: ${loses}` : ""}`).join("\n")}`,
  );
  if (found.buckets.images && !flags.withPictures) {
    console.log(`The images stay, in the bucket ${names.images} (--with-pictures deletes them, too).`);
  }
  if (!flags.yes && !(await isConfirmed(names.api))) return 1;

  for (const step of steps) await remove(step, deployment);
  memory.forget();
  const rest = found.buckets.images && !flags.withPictures ? "All but the images" : "Everything";
  console.log(`${rest} is gone, the copy of SECRET_KEY too.`);
  return 0;
}

async function isConfirmed(word: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    console.error("Nothing was deleted. Without a terminal to ask at, say it with: npm run destroy -- --yes");
    return false;
  }
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await lines.question(`Type ${word} to go on: `);
  lines.close();
  if (answer.trim() === word) return true;
  console.error("Nothing was deleted.");
  return false;
}

async function remove({ title, commands, empties }: Removal, { api, account, run }: Deployment): Promise<void> {
  try {
    if (empties) await emptyBucket(api, `/accounts/${account.id}/r2/buckets/${empties}`);
    for (const command of commands) await run(command);
  } catch (error) {
    throw new Error(
      `✗ ${title}: ${error instanceof Error ? error.message : error}\nRun npm run destroy once more when that is mended.`,
    );
  }
  console.log(`- ${title}: deleted`);
}

/** Cloudflare only deletes a bucket that is empty. */
async function emptyBucket(api: CloudflareApi, bucket: string): Promise<void> {
  for (;;) {
    const objects = await api.get<{ key: string }[]>(`${bucket}/objects?per_page=${MAX_KEYS}`);
    if (objects.length === 0) return;
    await api.delete(
      `${bucket}/objects`,
      objects.map(({ key }) => key),
    );
  }
}
