import { describe, expect, it } from "vitest";
import type { arkClouds } from "#shared/ark-key-text.ts";
import { callBody } from "#shared/upstreams/ark/body.ts";
import { bodyStream } from "#shared/upstreams/ark/body-stream.ts";
import { maxInputBytes } from "#shared/upstreams/ark/limits.ts";
import { arkModels } from "#shared/upstreams/ark/models.ts";
import type { CallInput, ImageCall } from "#shared/upstreams/image-call.ts";
import { aCall, anInput, openStream } from "./support.ts";

/** The body without images, parsed. */
function fieldsOf(bend: Partial<ImageCall>, cloud: (typeof arkClouds)[number] = "ap") {
  const body = callBody(aCall(bend), cloud);
  if (body === null) throw new Error("no body");
  return JSON.parse(body.head);
}

/** The whole body, as it is sent. */
async function written(inputs: CallInput[], bend: Partial<ImageCall> = {}) {
  const body = callBody(aCall({ ...bend, inputs }), "ap");
  const [input] = inputs;
  if (body === null || input === undefined) throw new Error("no body");
  const bytes = await new Response(bodyStream(body, inputs, await input.open())).arrayBuffer();
  return { body, bytes: bytes.byteLength, text: new TextDecoder().decode(bytes) };
}

describe("the body of a call", () => {
  const common = { prompt: "a red fox", size: "2848x1600", watermark: false, response_format: "url" };

  it.each([
    ["seedream-5.5", { output_format: "png" }],
    ["seedream-5.0-pro", { output_format: "png" }],
    ["seedream-5.0-flash", { output_format: "png", seed: 7 }],
    ["seedream-5.0-lite", { output_format: "png" }],
    ["seedream-4.5", {}],
    ["seedream-4.0", {}],
    ["seedream-6-0-270101", {}],
    ["ep-20261128120000-ab1cd", {}],
  ])("a call of %s has only the fields that the model takes", (model, own) => {
    const { model: id, ...fields } = fieldsOf({ model, outputFormat: "png", seed: 7 });
    expect(fields).toEqual({ ...common, ...own });
    expect(id).toMatch(/-\d{6}$|^ep-/);
  });

  it("a format and a seed that are not named are not sent", () => {
    expect(fieldsOf({ model: "seedream-5.0-flash" })).toEqual({ ...common, model: "dola-seedream-5-0-flash-260915" });
  });

  it("the fields stand in one order", () => {
    const call = aCall({ model: "seedream-4.5", count: 3, watermark: true });
    expect(callBody(call, "eu")?.head).toBe(
      '{"model":"seedream-4-5-251128","prompt":"a red fox","size":"2848x1600","watermark":true,"response_format":"url",' +
        '"sequential_image_generation":"auto","sequential_image_generation_options":{"max_images":3},"stream":true}',
    );
  });

  it.each(arkModels)(
    "$id: several images are one streamed group, or one image and nothing of groups",
    ({ id, kind }) => {
      const one = callBody(aCall({ model: id, count: 1 }), "ap");
      const four = callBody(aCall({ model: id, count: 4 }), "ap");
      expect(one).toMatchObject({ images: 1, isStream: false, head: expect.not.stringMatching(/sequential|stream/) });
      if (kind === "group") {
        expect(four).toMatchObject({ images: 4, isStream: true, head: expect.stringContaining('"max_images":4') });
      } else {
        expect(four).toMatchObject({
          images: 1,
          isStream: false,
          head: expect.not.stringMatching(/sequential|stream/),
        });
      }
    },
  );

  it("the watermark is always named, because the cloud's default is true", () => {
    for (const watermark of [true, false]) expect(fieldsOf({ watermark })).toMatchObject({ watermark });
  });

  it("a model that the cloud does not have has no body", () => {
    expect(callBody(aCall({ model: "seedream-4.5" }), "cn")).toBeNull();
  });
});

describe("reference images", () => {
  it("one image is a text, and several are a list", async () => {
    const jpeg = anInput(new Uint8Array([255, 216, 255]), { contentType: "image/JPEG" });
    const png = anInput(new Uint8Array([137, 80]));
    const one = await written([jpeg]);
    expect(JSON.parse(one.text).image).toBe("data:image/jpeg;base64,/9j/");
    const two = await written([jpeg, png]);
    expect(JSON.parse(two.text).image).toEqual(["data:image/jpeg;base64,/9j/", "data:image/png;base64,iVA="]);
  });

  it.each([1, 2, 3, 10])(
    "the stated length of a body with %i images is exact, whatever their lengths",
    async (count) => {
      for (const odd of [0, 1, 2]) {
        const files = Array.from({ length: count }, (_, index) => aFile(30_000 + odd + index));
        const { body, bytes, text } = await written(
          files.map((file) => anInput(file, { chunk: 1_001 })),
          { prompt: 'a "fox" 🦊 狐狸\n\ud800' },
        );
        expect(bytes).toBe(body.bytes);
        const { image } = JSON.parse(text);
        const sent = [image].flat().map((url: string) => Buffer.from(url.split(",")[1] ?? "", "base64"));
        expect(sent.every((file, index) => file.equals(files[index] ?? aFile(0)))).toBe(true);
        expect(sent).toHaveLength(count);
      }
    },
  );

  it("the stated length of a body without images is exact", () => {
    const body = callBody(aCall({ prompt: "狐狸 🦊" }), "ap");
    expect(body?.bytes).toBe(Buffer.byteLength(body?.head ?? ""));
    expect(body?.tail).toBe("");
  });

  it("an image is opened when its turn has come, and once", async () => {
    const opened: number[] = [];
    const inputs = [0, 1, 2].map((index): CallInput => {
      const input = anInput(aFile(10));
      const open = () => {
        opened.push(index);
        return input.open();
      };
      return { ...input, open };
    });
    const [first] = inputs;
    const body = callBody(aCall({ inputs }), "ap");
    if (body === null || first === undefined) throw new Error("no body");
    const reader = bodyStream(body, inputs, await first.open()).getReader();
    let piece = await reader.read();
    expect(opened).toEqual([0]);
    while (!piece.done) piece = await reader.read();
    expect(opened).toEqual([0, 1, 2]);
  });

  it("an image of another length than stated breaks the body", async () => {
    await expect(written([{ ...anInput(aFile(10)), bytes: 14 }])).rejects.toThrow("stated length");
  });

  it("a body that is not wanted any more lets go of its image", async () => {
    const { stream, state } = openStream();
    const inputs = [anInput(aFile(10))];
    const body = callBody(aCall({ inputs }), "ap");
    if (body === null) throw new Error("no body");
    await bodyStream(body, inputs, stream).cancel();
    expect(state.isCancelled).toBe(true);
  });

  it("all reference images of a call have at most 47.25 MB, so that their base64 fits into 64 MB with the prompt", () => {
    expect(maxInputBytes).toBe(47_250_000);
  });
});

const aFile = (bytes: number) => Uint8Array.from({ length: bytes }, (_, index) => index % 256);
