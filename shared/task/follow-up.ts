/** The work that follows a change of a task: an order for the consumer, still without its session. Types only. */
import type { RemoteImage } from "./events.ts";
import type { StagedInput, Upload } from "./inputs.ts";
import type { TaskRequest } from "./request.ts";

/** The submitted job: the same task gives the same body each time. */
export type Job = { request: TaskRequest; createdAt: number; uploads: Upload[] };

/** An image to be copied, and its place among the task's images. */
export type ImageToCopy = { index: number; image: RemoteImage };

/** A paid call to be sent: which one, which attempt of it, and how long its answer is waited for. */
export type PaidOrder = { call: number; attempt: number; deadlineSeconds: number };

type Base = { task: string; step: number; submitId: string; leaseSeconds: number };

/** Work for the consumer, to be reported before the lease ends. */
export type FollowUp =
  /** Upload one reference image. */
  | ({ kind: "upload"; index: number; input: StagedInput } & Base)
  | ({ kind: "submit"; job: Job } & Base)
  /** Send paid calls, each once; each is reported by itself. */
  | ({ kind: "generate"; owner: string; calls: PaidOrder[]; request: TaskRequest; inputs: StagedInput[] } & Base)
  /** Request the remaining images, with the body of the submit. */
  | ({ kind: "continue"; job: Job; historyId: string } & Base)
  /** Ask the upstream, once, to cancel the job. */
  | ({ kind: "cancel"; historyId: string } & Base)
  /** Poll the job. `asked`: images requested of it; null: unknown. */
  | ({ kind: "recover"; asked: number | null } & Base)
  | ({ kind: "poll"; asked: number | null } & Base)
  | ({ kind: "store"; images: ImageToCopy[] } & Base);
