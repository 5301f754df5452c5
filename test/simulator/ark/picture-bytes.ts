// The bytes of an image: PNG or JPEG, with prompt, model and reference images drawn on it, and a watermark unless the
// call declined it. The reference images are also named in the file's comment.

import { drawImage } from "#test/simulator/drawing.ts";
import type { World } from "#test/simulator/world.ts";
import type { ArkCall } from "./ledger.ts";

const maxInputsDrawn = 4;

export function pictureBytes(world: World, call: ArkCall, index: number): Promise<Uint8Array<ArrayBuffer>> {
  const dots = world.settings.pictureDots;
  return world.drawn.get(`ark ${call.hex} ${index} ${dots}`, () => draw(call, index, dots));
}

function draw(call: ArkCall, index: number, maxSideDots: number) {
  const { size, inputs } = call;
  return drawImage({
    maxSideDots,
    size,
    format: call.format,
    seed: `${call.hex}${index}`,
    lines: [
      call.prompt,
      `#${index + 1}/${call.planned} ${call.model}`,
      `${size.width}x${size.height} ark ${call.cloud}`,
      ...inputLines(call),
    ],
    ...(call.watermarked && { mark: "AI GENERATED" }),
    ...(call.isTransparent && { isTransparent: true }),
    ...(inputs.length > 0 && { comment: `inputs ${inputs.map(({ crc32 }) => crc32).join(" ")}` }),
  });
}

function inputLines({ inputs }: ArkCall): string[] {
  if (inputs.length === 0) return [];
  const shown = inputs
    .slice(0, maxInputsDrawn)
    .map(({ crc32, width, height, format }) => `${crc32} ${width}x${height} ${format}`);
  const rest = inputs.length > maxInputsDrawn ? " ..." : "";
  return [`from ${inputs.length}: ${shown.join(", ")}${rest}`];
}
