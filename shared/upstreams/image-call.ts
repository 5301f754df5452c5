/** A paid, synchronous call that makes images. Types only. */
import type { ImageFormat } from "./offer.ts";

/** A reference image, sent as a part of the call's body. */
export type CallInput = {
  bytes: number;
  /** By its first bytes, e.g. `image/png`. */
  contentType: string;
  /** Opened once, when its turn in the body has come. Rejects when the image cannot be read. */
  open(): Promise<ReadableStream<Uint8Array>>;
};

export type ImageCall = {
  /** Public id of the model, or an id of the cloud. */
  model: string;
  prompt: string;
  /** `2048x2048`, or a tier like `2K`: then the model chooses the ratio. */
  size: string;
  /** Images of this call; more than one only where one call makes all of them. */
  count: number;
  /** Null: the upstream draws one. */
  seed: number | null;
  watermark: boolean;
  /** Null: the model's own format. */
  outputFormat: ImageFormat | null;
  inputs: CallInput[];
  /** For tracing only: the upstream does not recognise a repeated call. */
  clientRequestId: string;
};
