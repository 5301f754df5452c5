/** What the coordinator needs of a batch: its requests, and the sessions that may run each. */

import type { Context } from "hono";
import { nanoid } from "nanoid";
import { type CallerEnv, sealCredential } from "#api/caller/caller.ts";
import { runnersOf } from "#api/caller/runners.ts";
import { dayMs } from "#api/limits.ts";
import { requestSealer } from "#api/tasks/kept-request.ts";
import type { NewBatch, NewBatchItem } from "#shared/task/batch.ts";
import { batchTaskIdOf } from "#shared/task/batch-ids.ts";
import { formatCredential } from "#shared/upstreams/index.ts";
import type { StagedLine } from "./stage.ts";

export async function newBatch(
  c: Context<CallerEnv>,
  id: string,
  lines: StagedLine[],
  rest: Pick<NewBatch, "metadata" | "idempotency" | "origin" | "webhook">,
): Promise<NewBatch> {
  const { caller, config, seal } = c.var;
  const sealer = config.KEEP_PROMPTS ? await requestSealer(caller, seal) : null;
  const groups = new Map<string, { index: number; tags: string[] }>();
  const tagOf = new Map(runnersOf(caller).map(({ credential, tag }) => [formatCredential(credential), tag]));
  const items = await Promise.all(
    lines.map(async (line, place): Promise<NewBatchItem> => {
      const tags = line.able.map((credential) => tagOf.get(formatCredential(credential)) ?? "");
      const group = groups.get(tags.join()) ?? { index: groups.size, tags };
      groups.set(tags.join(), group);
      const inputs = line.staged;
      const contents = [
        caller.keyPrefix,
        line.request.prompt,
        ...inputs.map(({ crc32, bytes }) => `${crc32}:${bytes}`),
      ];
      const task = batchTaskIdOf(id, place, nanoid());
      return {
        task,
        sealedRequest: sealer === null ? null : await sealer.seal(task, line.kept),
        submitId: crypto.randomUUID(),
        ...{ customId: line.customId, line: line.line, request: line.request, inputs, group: group.index },
        contents: await seal.tag("contents", JSON.stringify(contents)),
        resendsRefused: line.resendsRefused,
      };
    }),
  );
  const used = new Set([...groups.values()].flatMap(({ tags }) => tags));
  const sessions = await Promise.all(
    caller.credentials.filter(({ tag }) => used.has(tag)).map((one) => sealCredential(one, seal)),
  );
  const prices = lines.map(({ estimatedCredits }) => estimatedCredits);
  return {
    ...rest,
    pool: caller.pool && { version: caller.pool.version },
    key: caller.key,
    ...{ id, owner: caller.owner, tags: caller.readerTags, requestKeys: sealer?.keys ?? [], sessions, items },
    keptMs: config.TASK_TTL_DAYS * dayMs,
    groups: [...groups.values()].map(({ tags }) => tags),
    inputKeys: [...new Set(items.flatMap(({ inputs }) => inputs.map(({ key }) => key)))],
    estimatedCredits: prices.includes(null) ? null : prices.reduce<number>((sum, price) => sum + (price ?? 0), 0),
  };
}
