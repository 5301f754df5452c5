/**
 * Stages the reference images of a batch: each different one once, for all requests that name it. The batch deletes them
 * a day after its end.
 */
import type { Context } from "hono";
import pLimit from "p-limit";
import type { CallerEnv } from "#api/caller/caller.ts";
import { ownUrl } from "#api/http/address.ts";
import { stagedAtOnce } from "#api/limits.ts";
import { fetchContext } from "#api/request/inputs/fetch-context.ts";
import type { FetchContext } from "#api/request/inputs/fetch-input.ts";
import type { InputSource } from "#api/request/inputs/input-source.ts";
import { InputStage, identitiesOf } from "#api/request/inputs/stage-inputs.ts";
import { refuseTooLarge } from "#api/submit/input-bytes.ts";
import { AppError } from "#shared/errors.ts";
import type { StagedInput } from "#shared/task/inputs.ts";
import type { InvalidRequest } from "#shared/wire/batch.ts";
import { maxBatchInputs } from "#shared/wire/limits.ts";
import { type CheckedLine, faultAt } from "./check-lines.ts";

export type StagedLine = CheckedLine & { staged: StagedInput[] };

type Filled = {
  good: StagedLine[];
  /** Requests whose reference images cannot be had. */
  faults: InvalidRequest[];
};

export class BatchStage {
  readonly #bucket: R2Bucket;
  readonly #batchId: string;
  /** Each image, with its key once it is staged. */
  readonly #stages: { stage: InputStage; key: string | null }[] = [];

  constructor(bucket: R2Bucket, batchId: string) {
    this.#bucket = bucket;
    this.#batchId = batchId;
  }

  /** @throws AppError for more different images than a batch may have; nothing is fetched then. */
  async fill(c: Context<CallerEnv>, lines: CheckedLine[]): Promise<Filled> {
    const { seal, config } = c.var;
    const outside = fetchContext([new URL(c.req.url), ownUrl(c)], config, c.env.IMAGES);
    const named = await Promise.all(lines.map(async (line) => ({ line, names: await namesOf(line.inputs, seal) })));
    const sources = new Map<string, InputSource>();
    for (const { line, names } of named) {
      for (const [index, name] of names.entries()) {
        const source = line.inputs[index];
        if (source !== undefined && !sources.has(name)) sources.set(name, source);
      }
    }
    if (sources.size > maxBatchInputs) throw tooMany(sources.size);
    const atOnce = pLimit(stagedAtOnce);
    const staged = new Map<string, StagedInput | { fault: unknown }>();
    await Promise.all(
      [...sources].map(([name, source], index) =>
        atOnce(async () => {
          staged.set(name, await this.#stage(source, index, outside).catch((fault: unknown) => ({ fault })));
        }),
      ),
    );
    const filled: Filled = { good: [], faults: [] };
    for (const { line, names } of named) {
      try {
        const inputs = names.map((name) => {
          const found = staged.get(name);
          if (found === undefined || "fault" in found) throw found?.fault;
          return found;
        });
        refuseTooLarge(inputs, line);
        filled.good.push({ ...line, staged: inputs });
      } catch (error) {
        filled.faults.push(faultAt(error, line.line, line.customId));
      }
    }
    return filled;
  }

  /** Deletes every staged image. */
  async clear(): Promise<void> {
    await this.clearExcept([]);
  }

  /** Deletes those that no request needs. */
  async clearExcept(keys: string[]): Promise<void> {
    const unneeded = this.#stages.filter(({ key }) => key === null || !keys.includes(key));
    await Promise.all(unneeded.map(({ stage }) => stage.clear()));
  }

  async #stage(source: InputSource, index: number, outside: FetchContext): Promise<StagedInput> {
    const one = { stage: new InputStage(this.#bucket, `${this.#batchId}/${index}`), key: null as string | null };
    this.#stages.push(one);
    const [staged] = await one.stage.stageInputs([{ kind: "source", source }], outside);
    if (staged === undefined) throw new Error("an image that was not staged");
    one.key = staged.key;
    return staged;
  }
}

const namesOf = (inputs: InputSource[], seal: Parameters<typeof identitiesOf>[1]): Promise<string[]> =>
  identitiesOf(
    inputs.map((source) => ({ kind: "source", source })),
    seal,
  );

const tooMany = (count: number) =>
  new AppError(
    "invalid_value",
    `The requests name ${count} different reference images; the most for one batch is ${maxBatchInputs}. Send them as several batches.`,
    "images",
  );
