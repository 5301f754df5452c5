/** The events of a paid call, in order. Types only. */
import type { UpstreamFailure } from "./failure.ts";

/** An image at the upstream. The link expires; the source, its name there, does not. */
export type MadeImage = {
  source: string;
  url: string;
  width: number;
  height: number;
  /** Link to a small version of it, which expires too; absent where the upstream offers none. */
  smallUrl?: string;
};

/** The last event of a call is `done`, `refused` or `lost`. */
export type CallEvent =
  /** @property place among the images of the call, from 0. */
  | { kind: "image"; place: number; image: MadeImage }
  /** One image of several was refused; the others go on, and it is not charged. */
  | { kind: "missing"; place: number; failure: UpstreamFailure }
  /** The answer is complete. */
  | { kind: "done" }
  /** Surely nothing was made, and nothing is charged. */
  | { kind: "refused"; failure: UpstreamFailure }
  /** The answer did not come, or not whole: images may have been made, and charged. */
  | { kind: "lost"; failure: UpstreamFailure };
