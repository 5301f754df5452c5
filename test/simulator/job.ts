// A job as the simulator stores it. The saved state holds these fields by name.

import type { Account } from "./accounts.ts";
import type { Plan } from "./life.ts";
import type { Model, Size } from "./models.ts";
import type { ImageFault } from "./scenarios.ts";
import type { Upload } from "./uploads.ts";

export type Job = {
  historyId: string;
  submitId: string;
  account: Account;
  prompt: string;
  model: Model;
  ratioCode: number;
  size: Size;
  resolution: string;
  draftContent: string;
  /** The whole body of the submit; a continue has to repeat it. */
  body: string;
  /** Reference images in order; empty for text to image. */
  inputs: Upload[];
  plan: Plan;
  forecastSeconds: number;
  createdMs: number;
  createdRealMs: number;
  /** Names under which the images are served, by index. */
  imageUris: string[];
  /** Faults of the image links; the name is that of saved states. */
  pictureTroubles: readonly ImageFault[];
  oddStatus: boolean;
  creditsPerImage: number;
  chargedCredits: number;
  refundedCredits: number;
  isSettled: boolean;
  polls: number;
  /** Look-ups that returned the finished record; for `sim:stale-links-once`. */
  finishedPolls: number;
};

/** A job that has not started: the fields a submit decides. */
export type NewJob = Pick<
  Job,
  | "submitId"
  | "account"
  | "prompt"
  | "model"
  | "ratioCode"
  | "size"
  | "resolution"
  | "draftContent"
  | "body"
  | "inputs"
  | "plan"
  | "pictureTroubles"
  | "oddStatus"
>;
