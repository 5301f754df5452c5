/** What there is to delete, in an order in which each part is free of the others by the time its turn comes. No I/O. */
import type { Account, Bucket, Names } from "#scripts/cloudflare/account.ts";

export type Removal = {
  title: string;
  /** The data that goes with it, for the question before. */
  loses?: string;
  /** wrangler's commands. */
  commands: string[][];
  /** The bucket that must be emptied before the commands. */
  empties?: string;
};

/** The removal of each resource that exists. */
export function removals(account: Account, names: Names, { withPictures }: { withPictures: boolean }): Removal[] {
  const { workers, queues, records, buckets } = account;
  const worker = (name: string) => ["delete", name, "--force"];
  const bucket = (name: string, { domains }: Bucket) => ({
    commands: [
      ...domains.map((domain) => ["r2", "bucket", "domain", "remove", name, "--domain", domain, "--force"]),
      ["r2", "bucket", "delete", name],
    ],
    empties: name,
  });
  // Refused with code 10064 as long as it reads a queue, even one that is gone:
  // https://github.com/cloudflare/workers-sdk/issues/3370
  const detachments = (["tasks", "dead"] as const)
    .filter((role) => (queues[role]?.consumers ?? []).length > 0)
    .map((role) => ["queues", "consumer", "remove", names[role], names.consumer]);
  const steps: (Removal | false | undefined)[] = [
    workers.api && { title: `Worker ${names.api}`, loses: "the page and the API", commands: [worker(names.api)] },
    workers.consumer && {
      title: `Worker ${names.consumer}`,
      loses: "every task that is under way, and the lists of tasks",
      commands: [...detachments, worker(names.consumer)],
    },
    queues.tasks && { title: `queue ${names.tasks}`, commands: [["queues", "delete", names.tasks]] },
    queues.dead && { title: `queue ${names.dead}`, commands: [["queues", "delete", names.dead]] },
    records && {
      title: `KV namespace ${names.records}`,
      loses: "the record of every task",
      commands: [["kv", "namespace", "delete", "--namespace-id", records.id, "--skip-confirmation"]],
    },
    buckets.inputs && {
      title: `bucket ${names.inputs}`,
      loses: "reference images",
      ...bucket(names.inputs, buckets.inputs),
    },
    buckets.images &&
      withPictures && {
        title: `bucket ${names.images}`,
        loses: "EVERY IMAGE that was made",
        ...bucket(names.images, buckets.images),
      },
  ];
  return steps.filter((step) => step !== false && step !== undefined);
}
