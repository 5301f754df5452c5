/**
 * The JSON body of a call, as text around its reference images, with its exact length: images are sent in pieces and
 * never held. Fields that a model does not know are refused, not ignored (clients, 2026), so each has only its own.
 * Pure.
 */
import type { ArkCloud } from "#shared/ark-key-text.ts";
import type { CallInput, ImageCall } from "#shared/upstreams/image-call.ts";
import { findOnCloud } from "./model-name.ts";

export type CallBody = {
  /** Everything before the first image; without images the whole body. */
  head: string;
  /** Everything after the last image. */
  tail: string;
  /** Exact length of the whole body. */
  bytes: number;
  /** Images that the call may make, at most. */
  images: number;
  /** Whether the answer comes as a stream, image by image. */
  isStream: boolean;
};

/** Before the base64 of an image, and after it. The cloud refuses upper-case types. */
export const imageStart = ({ contentType }: CallInput): string => `"data:${contentType.toLowerCase()};base64,`;
export const imageEnd = '"';
/** Between two images. */
export const imageSeparator = ",";

/** @returns null where the cloud has no such model. */
export function callBody(call: ImageCall, cloud: ArkCloud): CallBody | null {
  const found = findOnCloud(call.model, cloud);
  if (found === null) return null;
  const { kind, takesFormat, takesSeed } = found.traits;
  // One image needs no group, and single models refuse the fields even with their default values.
  const isGroup = kind === "group" && call.count > 1;
  const fields = JSON.stringify({
    model: found.cloudId,
    prompt: call.prompt,
    size: call.size,
    // The cloud's default is true, so it is always sent.
    watermark: call.watermark,
    response_format: "url",
    ...(takesFormat && call.outputFormat !== null && { output_format: call.outputFormat }),
    ...(takesSeed && call.seed !== null && { seed: call.seed }),
    ...(isGroup && {
      sequential_image_generation: "auto",
      sequential_image_generation_options: { max_images: call.count },
      stream: true,
    }),
  });
  const { head, tail } = around(fields, call.inputs.length);
  const bytes = utf8Length(head) + utf8Length(tail) + imagesLength(call.inputs);
  return { head, tail, bytes, images: isGroup ? call.count : 1, isStream: isGroup };
}

/** One image as a string, several as a list. */
function around(fields: string, inputs: number): { head: string; tail: string } {
  if (inputs === 0) return { head: fields, tail: "" };
  const [open, close] = inputs === 1 ? ["", ""] : ["[", "]"];
  return { head: `${fields.slice(0, -1)},"image":${open}`, tail: `${close}}` };
}

function imagesLength(inputs: readonly CallInput[]): number {
  const separators = Math.max(0, inputs.length - 1) * imageSeparator.length;
  return inputs.reduce(
    (sum, input) => sum + utf8Length(imageStart(input)) + base64Length(input.bytes) + imageEnd.length,
    separators,
  );
}

const base64Length = (bytes: number): number => 4 * Math.ceil(bytes / 3);
const utf8Length = (text: string): number => new TextEncoder().encode(text).byteLength;
