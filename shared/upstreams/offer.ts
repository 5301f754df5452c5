/**
 * A model as one credential can use it. Requests are checked against it and models are listed from it, whatever the
 * upstream is. Types only.
 */
import type { Ratio, Resolution } from "#shared/image-shape.ts";

export type Size = { width: number; height: number };
export type ImageFormat = "png" | "jpeg";

export type Offer = {
  /** Public id of the model. */
  model: string;
  resolutions: readonly Resolution[];
  ratios: readonly Ratio[];
  sizeOf(resolution: Resolution, ratio: Ratio): Size;
  /** Exact sizes it takes, in pixels of width × height; null: only those of `sizeOf`. */
  pixels: { min: number; max: number; maxQuotient: number } | null;
  /** Allowed values of `n`. */
  counts: readonly number[];
  /** Whether the number of images is sent. */
  sendsCount: boolean;
  defaultCount: number;
  maxInputs: number;
  /** Bytes of all reference images of a request; null: no limit together. */
  maxInputBytes: number | null;
  /** Reference images and images together; null: no limit together. */
  maxTogether: number | null;
  intelligentRatio: boolean;
  /** Formats that a request may name: the only one it makes, or those it can be told to make. */
  formats: readonly ImageFormat[];
  /** Whether the format is sent. */
  sendsFormat: boolean;
  /** Fields of a request that it has no place for, and that would be ignored. */
  withoutPlaceFor: readonly ("seed" | "negative_prompt" | "sample_strength")[];
  /** How images are paid and made: one submitted job, a paid call for each image, or one paid call for all of them. */
  runs: "job" | "call-each" | "call-all";
  /** Estimated credits of one image, by the last price seen; null: unknown, or not paid in credits. */
  creditsPerImage(resolution: Resolution): number | null;
};

/** What a model's name says beside the model: a ratio and a resolution at its end. */
export type NamedOffer = { offer: Offer; ratio: Ratio | null; resolution: Resolution | null };
