// Takes a deployment off its account, in the order in which Cloudflare lets go of its parts, after asking. Needs the
// project's Node and the installed dependencies.

import { createInterface } from "node:readline/promises";
import { takenName } from "./decisions.mjs";
import { openDeployment } from "./deployment.mjs";
import { removals } from "./destroy-steps.mjs";

const MOST_KEYS = 1_000;

/** @returns the exit code */
export async function destroyRun(root, flags) {
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
    console.log(`The pictures stay, in the bucket ${names.images} (--with-pictures deletes them, too).`);
  }
  if (!flags.yes && !(await isConfirmed(names.api))) return 1;

  for (const { title, commands, empties } of steps) await remove(title, deployment, { commands, empties });
  memory.forget();
  const rest = found.buckets.images && !flags.withPictures ? "All but the pictures" : "Everything";
  console.log(`${rest} is gone, the copy of SECRET_KEY too.`);
  return 0;
}

async function isConfirmed(word) {
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

async function remove(title, { api, account, run }, { commands, empties }) {
  try {
    if (empties) await emptyBucket(api, `/accounts/${account.id}/r2/buckets/${empties}`);
    for (const command of commands) await run(command);
  } catch (error) {
    throw new Error(`✗ ${title}: ${error.message}\nRun npm run destroy once more when that is mended.`);
  }
  console.log(`- ${title}: deleted`);
}

/** Cloudflare only deletes a bucket that is empty. */
async function emptyBucket(api, bucket) {
  for (;;) {
    const objects = await api.get(`${bucket}/objects?per_page=${MOST_KEYS}`);
    if (objects.length === 0) return;
    await api.delete(
      `${bucket}/objects`,
      objects.map(({ key }) => key),
    );
  }
}
