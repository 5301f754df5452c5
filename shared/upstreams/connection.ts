/**
 * One credential at its upstream: all that the consumer's steps call. An upstream either runs jobs, which are submitted
 * and polled, or makes images in paid calls. No method decides or repeats anything. Types only.
 */
import type { Result } from "#shared/result.ts";
import type { CallEvent, MadeImage } from "./call-event.ts";
import type { Credential } from "./credential.ts";
import type { UpstreamFailure } from "./failure.ts";
import type { ImageCall } from "./image-call.ts";

type Answer<T> = Promise<Result<T, UpstreamFailure>>;

/** The checked request of a job, as its task stores it. */
export type JobRequest = {
  model: string;
  prompt: string;
  negativePrompt: string;
  ratio: string;
  resolution: string;
  sampleStrength: number;
  intelligentRatio: boolean;
  count: number | null;
  asked: number | null;
  seed: number;
};

/** A job to be submitted: the same one gives the same body each time. */
export type Job = {
  /** Polls find the job by it. */
  submitId: string;
  /** Unix milliseconds. */
  createdAt: number;
  request: JobRequest;
  /** Reference images, uploaded before. */
  uploads: readonly { uri: string; width: number; height: number; format: string }[];
};

export type AcceptedJob = { historyId: string | null; forecastSeconds: number | null; planned: number | null };

/** `asked`: images requested of the job; null: unknown. */
export type JobToPoll = { submitId: string; asked: number | null };

/** What a poll shows of a job. */
export type PolledState =
  | {
      kind: "generating";
      historyId: string | null;
      forecastSeconds: number | null;
      planned: number | null;
      images: MadeImage[];
      /** Batches that are complete, when the job stands at the end of one and plans more; else 0. */
      fullBatches: number;
      queuePosition: number | null;
      /** A status that was never seen; null: a known one. */
      unknownStatus: number | null;
    }
  | {
      kind: "generated";
      historyId: string | null;
      planned: number | null;
      /** Images that the upstream counts as made. */
      finished: number | null;
      tookSeconds: number | null;
      images: MadeImage[];
      /** Why there may be no images after all. */
      failure: UpstreamFailure | null;
    }
  | { kind: "failed"; failure: UpstreamFailure };

export type UploadFile = {
  bytes: number;
  /** 8 lower-case hex digits, CRC-32 as in IEEE 802.3. */
  crc32: string;
  /** Called once at most. In the Workers runtime the stream must know its length (FixedLengthStream). */
  body: () => Promise<ReadableStream<Uint8Array>>;
};

/** An uploaded image; 0 and "" for values that the upstream did not send. */
export type UploadedImage = { uri: string; width: number; height: number; format: string };

export type JobConnection = {
  runs: "jobs";
  /** One attempt. `answered: false` in the failure: the job may exist, so poll before the next attempt. */
  submit(job: Job): Answer<AcceptedJob>;
  /** Requests the images of a job that stopped before it had made all of them. They appear in the same record. */
  continueJob(job: Job, historyId: string): Answer<unknown>;
  /** The states of several jobs, in one call. Jobs the upstream does not know (yet) are missing. */
  poll(jobs: JobToPoll[]): Answer<Map<string, Result<PolledState, UpstreamFailure>>>;
  /** Success means only that the request was received; poll the job for the outcome. */
  cancel(historyId: string): Answer<null>;
  upload(file: UploadFile): Answer<UploadedImage>;
  /** Claims the credits that are given away daily; null: not possible with this credential. */
  claimGift: (() => Answer<{ received: number }>) | null;
};

export type CallConnection = {
  runs: "calls";
  /** Sends one paid call, once. @param deadlineMs how long its answer is waited for. */
  generate(call: ImageCall, limits: { deadlineMs: number }): AsyncGenerator<CallEvent, void>;
};

export type Connection = JobConnection | CallConnection;

/** An upstream, as the consumer uses it. */
export type UpstreamClient = {
  connect(credential: Credential): Connection;
  /**
   * The image behind a link of this upstream, as a stream. Sent without credentials.
   * @param signal ends the download, also while the stream is read.
   */
  download(url: string, signal?: AbortSignal): Answer<Response>;
};
