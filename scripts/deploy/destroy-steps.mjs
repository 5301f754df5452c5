// What there is to delete, in an order in which each part is free of the others by the time its turn comes. No I/O.

/**
 * @returns `{ title, loses, commands, empties }` of each part that is there: wrangler's commands, and the bucket that has
 * to be emptied before them
 */
export function removals(account, names, { withPictures }) {
  const { workers, queues, records, buckets } = account;
  const worker = (name) => ["delete", name, "--force"];
  const bucket = (name, { domains }) => ({
    commands: [
      ...domains.map((domain) => ["r2", "bucket", "domain", "remove", name, "--domain", domain, "--force"]),
      ["r2", "bucket", "delete", name],
    ],
    empties: name,
  });
  // Refused with code 10064 as long as it reads a queue, even one that is gone: https://github.com/cloudflare/workers-sdk/issues/3370
  const letGo = [
    [names.tasks, queues.tasks],
    [names.dead, queues.dead],
  ]
    .filter(([, queue]) => queue?.consumers?.length > 0)
    .map(([name]) => ["queues", "consumer", "remove", name, names.consumer]);
  return [
    workers.api && { title: `Worker ${names.api}`, loses: "the page and the API", commands: [worker(names.api)] },
    workers.consumer && {
      title: `Worker ${names.consumer}`,
      loses: "every task that is under way, and the lists of tasks",
      commands: [...letGo, worker(names.consumer)],
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
        loses: "EVERY PICTURE that was made",
        ...bucket(names.images, buckets.images),
      },
  ].filter(Boolean);
}
