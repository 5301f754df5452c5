/**
 * What may happen to a task. An observation is the result of a step, or something the coordinator noticed; a command is
 * a change that the coordinator makes itself. Both are plain data, tagged by `kind`. Types only.
 */
import type { TaskError } from "#shared/errors.ts";
import type { Upload } from "./inputs.ts";
import type { StoredImage } from "./task-record.ts";

/** An image that is still at the upstream. The links expire; the source does not. */
export type RemoteImage = {
  source: string;
  url: string;
  width: number;
  height: number;
  /** Of a small version; absent where the upstream offers none. */
  smallUrl?: string;
};

/** A refusal by the upstream, or a call without an answer. */
export type Failure = {
  /**
   * `again`: the same call may succeed later; `full`: when a job of this session has ended; `refused`: it never will;
   * `session`: it may on another session.
   */
  verdict: "again" | "full" | "refused" | "session";
  error: TaskError;
  /** The wait that the upstream asked for; null: none. */
  retryAfterSeconds: number | null;
};

export type Observation =
  /** The upstream has this reference image now. */
  | { kind: "uploaded"; upload: Upload }
  /** A reference image could not be uploaded. Nothing was spent. */
  | { kind: "notUploaded"; failure: Failure }
  /** Images of a paid call exist. `index`: position among the task's images. */
  | { kind: "made"; call: number; attempt: number; images: { index: number; image: RemoteImage }[] }
  /** An image of a paid call was refused; the call goes on. */
  | { kind: "notMade"; call: number; attempt: number; failure: Failure }
  /** The answer of a paid call is complete. */
  | { kind: "answered"; call: number; attempt: number }
  /** A paid call was refused: surely nothing was made or charged. */
  | { kind: "callRefused"; call: number; attempt: number; failure: Failure }
  /** The answer of a paid call was lost: images may have been made, and charged. */
  | { kind: "callLost"; call: number; attempt: number; failure: Failure }
  /** The upstream accepted the job. */
  | { kind: "accepted"; historyId: string | null; forecastSeconds: number | null; planned: number | null }
  /** The upstream refused the submit: no job was started. */
  | { kind: "refused"; failure: Failure }
  /** The submit was sent and its reply was lost: the job may or may not exist. */
  | { kind: "unsure"; failure: Failure }
  /** The poll was answered; the upstream does not know the job (yet). */
  | { kind: "absent" }
  | {
      kind: "generating";
      historyId: string | null;
      forecastSeconds: number | null;
      planned: number | null;
      images: RemoteImage[];
      /** Batches that are complete, when the job stands at the end of one and plans more; else 0. */
      fullBatches: number;
      /** Position in the upstream's own queue; null when it waits in none. */
      queuePosition: number | null;
    }
  /**
   * The job ended; these images can be had. `finished`: how many the upstream counts as made. `failure`: why there may
   * be none after all.
   */
  | {
      kind: "generated";
      historyId: string | null;
      planned: number | null;
      finished: number | null;
      /** How long the job took, by the upstream's clock; null: unknown. */
      tookSeconds?: number | null;
      images: RemoteImage[];
      failure: Failure | null;
    }
  /** The job failed: terminal. */
  | { kind: "failed"; failure: Failure }
  /** The poll failed; the state of the job is unknown. */
  | { kind: "unavailable"; failure: Failure }
  /** The upstream accepted the request for the remaining images. */
  | { kind: "continued" }
  /** The request for more failed. `answered`: refused (true), or the reply was lost (false). */
  | { kind: "notContinued"; answered: boolean; failure: Failure }
  /** The upstream was asked to cancel the job; a later poll shows the outcome. */
  | { kind: "cancelAsked" }
  /** Images were copied; `missing` counts those that could not be. */
  | {
      kind: "stored";
      images: StoredImage[];
      missing: number;
      /** Sources of the missing ones; absent in reports of earlier versions. */
      missingSources?: string[];
      blockedBy: TaskError | null;
    }
  /**
   * The order was not begun: its lease or the call budget was used up. Nothing was sent. `calls`: of paid calls, which.
   */
  | {
      kind: "unsent";
      order: "upload" | "generate" | "submit" | "recover" | "poll" | "continue" | "cancel" | "store";
      calls?: { call: number; attempt: number }[];
    }
  /** The wake-up was delivered as often as allowed and never carried out: a fault of this server. */
  | { kind: "abandoned" }
  /** The wake-up should have been answered by now and was not: lost message, killed process. */
  | { kind: "silent" };

/** Changes that the coordinator makes itself. */
export type Command =
  | { kind: "assigned"; session: string }
  /** None of its sessions can be used. */
  | { kind: "unplaceable"; error: TaskError }
  /** A consumer took its wake-up. An upload has a lease of its own. */
  | { kind: "begun"; leaseSeconds: number }
  /** The caller cancelled the task. */
  | { kind: "cancelled" };
