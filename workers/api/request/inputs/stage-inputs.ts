/**
 * Staging of reference images in the INPUTS bucket, in the order of the request. A request that fails clears its stage.
 */
import { stagedAtOnce } from "#api/limits.ts";
import { log } from "#shared/log.ts";
import type { Seal } from "#shared/seal.ts";
import type { StagedInput } from "#shared/task/inputs.ts";
import { type FetchContext, fetchInput } from "./fetch-input.ts";
import { decodeBase64, type InputLocation, type InputSource } from "./input-source.ts";
import { type Staging, stageAll, startStaging } from "./staging.ts";

/** A reference image of a request: staged, because its bytes came with the request, or the source of its bytes. */
export type RequestInput = { kind: "staged"; input: StagedInput } | { kind: "source"; source: InputSource };

/** The staged reference images of one task, under keys of that task. */
export class InputStage {
  readonly #bucket: R2Bucket;
  readonly #taskId: string;
  readonly #keys = new Set<string>();

  constructor(bucket: R2Bucket, taskId: string) {
    this.#bucket = bucket;
    this.#taskId = taskId;
  }

  /** Starts an upload to the bucket. @param index the position of the input in the request, from 0. */
  startUpload(index: number, location: InputLocation): Staging {
    return startStaging(this.#bucket, this.#keyOf(index), location);
  }

  /**
   * Stages the inputs that did not come with the request, a few at a time.
   * @returns all inputs, in order.
   * @throws AppError for the first that fails; the others are aborted.
   */
  async stageInputs(inputs: RequestInput[], context: FetchContext): Promise<StagedInput[]> {
    const staged: StagedInput[] = [];
    const stop = new AbortController();
    const waiting = inputs.entries();
    const faults: unknown[] = [];
    const work = async (): Promise<void> => {
      for (const [index, input] of waiting) {
        if (faults.length > 0) return;
        try {
          staged[index] =
            input.kind === "staged" ? input.input : await this.#stageOne(input.source, index, context, stop.signal);
        } catch (error) {
          faults.push(error);
          stop.abort();
        }
      }
    };
    await Promise.all(Array.from({ length: stagedAtOnce }, work));
    if (faults.length > 0) throw faults[0];
    return staged;
  }

  /** Copies the staged inputs of another task, one at a time, streamed: each task deletes its own when it ends. */
  async copy(inputs: StagedInput[]): Promise<StagedInput[]> {
    const copies: StagedInput[] = [];
    for (const [index, input] of inputs.entries()) {
      const key = this.#keyOf(index);
      const stored = await this.#bucket.get(input.key);
      if (stored === null) throw new Error(`The bucket has no input ${input.key}.`);
      await this.#bucket.put(key, stored.body, { httpMetadata: { contentType: input.contentType } });
      copies.push({ ...input, key });
    }
    return copies;
  }

  /** Deletes every staged input. */
  async clear(): Promise<void> {
    if (this.#keys.size === 0) return;
    const failed = (error: unknown) => log("warn", "inputs_not_cleared", { task: this.#taskId, error });
    await this.#bucket.delete([...this.#keys]).catch(failed);
  }

  #keyOf(index: number): string {
    const key = `${this.#taskId}/${index}`;
    this.#keys.add(key);
    return key;
  }

  async #stageOne(source: InputSource, index: number, context: FetchContext, stop: AbortSignal): Promise<StagedInput> {
    const { location } = source;
    const bytes = source.kind === "base64" ? decodeBase64(source.text, location) : fetchInput(source, context, stop);
    return stageAll(this.startUpload(index, location), bytes);
  }
}

/** What identifies each input before anything is fetched: its address, or a hash of its bytes or text. */
export const identitiesOf = (inputs: RequestInput[], seal: Pick<Seal, "tag">): Promise<string[]> =>
  Promise.all(
    inputs.map(async (input) => {
      if (input.kind === "staged") return `${input.input.crc32}:${input.input.bytes}`;
      const { source } = input;
      return source.kind === "address" ? source.address : seal.tag("input", source.text);
    }),
  );
