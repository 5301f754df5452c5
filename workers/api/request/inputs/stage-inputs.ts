/**
 * Where the reference images of one request come together: each staged under the task's own keys, in the request's
 * order, a few at a time. All of them or none: what is staged for a request that fails is cleared away.
 */
import { log } from "#shared/log.ts";
import type { Seal } from "#shared/seal.ts";
import type { StagedInput } from "#shared/task/schema.ts";
import { fetchInput, type Outside } from "./fetch-input.ts";
import { decodeBase64, type Place, type Source } from "./input-source.ts";
import { type Staging, stageAll, startStaging } from "./staging.ts";

/** An input of a request: bytes that came along and are staged already, or where they are to be had. */
export type Arrival = { kind: "staged"; input: StagedInput } | { kind: "source"; source: Source };

/** Half of the six connections that a Worker may have waiting at once (Cloudflare documentation, limits of Workers). */
const stagedAtOnce = 3;

export type Desk = ReturnType<typeof openDesk>;

export function openDesk(bucket: R2Bucket, taskId: string) {
  const keys = new Set<string>();

  /** @param index the input's place among all of the request's. */
  function stage(index: number, place: Place): Staging {
    const key = `${taskId}/${index}`;
    keys.add(key);
    return startStaging(bucket, key, place);
  }

  async function bringOne(source: Source, index: number, outside: Outside, stop: AbortSignal): Promise<StagedInput> {
    const { place } = source;
    const bytes = source.kind === "base64" ? decodeBase64(source.text, place) : fetchInput(source, outside, stop);
    return stageAll(stage(index, place), bytes);
  }

  return {
    stage,
    /**
     * Stages what is not staged yet.
     * @returns the inputs in order.
     * @throws AppError for the first that failed; the others are given up then.
     */
    async bring(arrivals: Arrival[], outside: Outside): Promise<StagedInput[]> {
      const inputs: StagedInput[] = [];
      const stop = new AbortController();
      const waiting = arrivals.entries();
      const faults: unknown[] = [];
      async function work(): Promise<void> {
        for (const [index, arrival] of waiting) {
          if (faults.length > 0) return;
          try {
            inputs[index] =
              arrival.kind === "staged" ? arrival.input : await bringOne(arrival.source, index, outside, stop.signal);
          } catch (error) {
            faults.push(error);
            stop.abort();
          }
        }
      }
      await Promise.all(Array.from({ length: stagedAtOnce }, work));
      if (faults.length > 0) throw faults[0];
      return inputs;
    },
    /** Stages the same inputs once more: each task's are its own, and go when it ends. One at a time, streamed. */
    async copy(inputs: StagedInput[]): Promise<StagedInput[]> {
      const copies: StagedInput[] = [];
      for (const [index, input] of inputs.entries()) {
        const key = `${taskId}/${index}`;
        keys.add(key);
        const stored = await bucket.get(input.key);
        if (stored === null) throw new Error(`The bucket has no input ${input.key}.`);
        await bucket.put(key, stored.body, { httpMetadata: { contentType: input.contentType } });
        copies.push({ ...input, key });
      }
      return copies;
    },
    /** Removes everything that was staged here. */
    async clear(): Promise<void> {
      if (keys.size === 0) return;
      const failed = (error: unknown) => log("warn", "inputs_not_cleared", { task: taskId, error });
      await bucket.delete([...keys]).catch(failed);
    },
  };
}

/** What makes each input the same as another: its address, its bytes, or its text. Known before anything is fetched. */
export const identitiesOf = (arrivals: Arrival[], seal: Seal): Promise<string[]> =>
  Promise.all(
    arrivals.map(async (arrival) => {
      if (arrival.kind === "staged") return `${arrival.input.crc32}:${arrival.input.bytes}`;
      const { source } = arrival;
      return source.kind === "address" ? source.address : seal.tag("input", source.text);
    }),
  );
