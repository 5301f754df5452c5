import { env } from "cloudflare:workers";
import { crc32 } from "node:zlib";
import { beforeEach, describe, expect, it, vi } from "vitest";
import {
  addressesFetched,
  anImage,
  base64Of,
  bytesOf,
  composition,
  type ErrorBody,
  sendForm,
  sendJson,
  serve,
  stagedBytes,
  stagedKeys,
  streamOf,
} from "#test/workers/support/compositions.ts";
import { aCoordinatorThat } from "#test/workers/support/coordinator.ts";
import {
  type CoordinatorStub,
  call,
  origin,
  type Stage,
  setStage,
  storing,
  tablesOf,
} from "#test/workers/support/stage.ts";

let stage: Stage;
beforeEach(() => {
  stage = setStage();
});

const mebibyte = 1024 * 1024;
const cat = "https://example.com/cat.png";
const dog = "https://example.com/dog.png";
const checksum = (bytes: Uint8Array) => crc32(bytes).toString(16).padStart(8, "0");

async function submitted(answer: Response): Promise<{ id: string; input_images: number }> {
  expect({ status: answer.status, body: answer.status === 200 ? "" : await answer.clone().text() }).toEqual({
    status: 200,
    body: "",
  });
  return answer.json();
}

/** The task's inputs as its coordinator holds them. */
async function inputsOf(id: string): Promise<unknown[]> {
  for (const stub of await storing()) {
    const row = (await tablesOf(stub as CoordinatorStub)).tasks?.find((one) => one.id === id);
    if (row !== undefined) return JSON.parse(String(row.body)).inputs;
  }
  throw new Error(`no coordinator has ${id}`);
}

describe("a composition", () => {
  it("a composition answers like a generation, with the number of its reference images", async () => {
    serve(stage, { [cat]: anImage() });

    const answer = await sendJson(stage, composition({ images: [cat] }));

    const body = (await answer.clone().json()) as Record<string, unknown>;
    const { id } = await submitted(answer);
    expect(body).toMatchObject({ task_id: id, object: "image.generation.task", status: "pending", input_images: 1 });
    expect(body.poll_url).toBe(`${origin}/v1/images/tasks/${id}`);
    expect(answer.headers.get("location")).toBe(`/v1/images/tasks/${id}`);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(stage.queue.sent).toHaveLength(1);
  });

  it.each<[string, (image: Uint8Array) => unknown]>([
    ["an address", () => cat],
    ["{url}", () => ({ url: cat })],
    ["{image_url}", () => ({ image_url: cat })],
    ["{image_url: {url}}", () => ({ image_url: { url: cat } })],
    ["a data-URL", (image) => `data:image/png;base64,${base64Of(image)}`],
    ["bare base64", base64Of],
    ["base64 in lines", (image) => base64Of(image).replace(/.{76}/g, "$&\n")],
    ["url-safe base64", (image) => base64Of(image).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "")],
    ["a list as JSON text", (image) => JSON.stringify([{ type: "base64", data: base64Of(image) }])],
  ])("a composition takes a reference image as %s", async (_form, spell) => {
    const image = anImage(200_003);
    serve(stage, { [cat]: image });

    const { id } = await submitted(await sendJson(stage, composition({ image: spell(image) })));

    const input = { key: `${id}/0`, bytes: 200_003, contentType: "image/png", crc32: checksum(image) };
    expect(await inputsOf(id)).toEqual([input]);
    expect(checksum(await stagedBytes(input.key))).toBe(checksum(image));
    expect((await env.INPUTS.head(input.key))?.httpMetadata?.contentType).toBe("image/png");
  });

  it("a composition keeps ten reference images in the order of the request, however they arrive", async () => {
    const bytes = Array.from({ length: 10 }, (_, seed) => anImage(500 + seed, seed));
    const wait = bytes.map((_, index) => (10 - index) * 2);
    const pages = bytes.map((image, index) => [
      `https://example.com/${index}`,
      async () => {
        for (let turns = 0; turns < (wait[index] ?? 0); turns += 1) await Promise.resolve();
        return new Response(image);
      },
    ]);
    serve(stage, Object.fromEntries(pages));

    const images = bytes.map((_, index) => `https://example.com/${index}`);
    const answer = await submitted(await sendJson(stage, composition({ images })));

    expect(answer.input_images).toBe(10);
    expect(await inputsOf(answer.id)).toEqual(
      bytes.map((image, index) => ({
        key: `${answer.id}/${index}`,
        bytes: 500 + index,
        contentType: "image/png",
        crc32: checksum(image),
      })),
    );
  });

  it("a composition fetches three images at once, no more", async () => {
    let open = 0;
    let most = 0;
    const page = async () => {
      open += 1;
      most = Math.max(most, open);
      for (let turns = 0; turns < 50; turns += 1) await Promise.resolve();
      open -= 1;
      return new Response(anImage());
    };
    const images = Array.from({ length: 8 }, (_, index) => `https://example.com/${index}`);
    serve(stage, Object.fromEntries(images.map((image) => [image, page])));

    await submitted(await sendJson(stage, composition({ images })));

    expect(most).toBe(3);
  });

  it.each([
    ["image/jpeg", [0xff, 0xd8, 0xff, 0xe0], [0xff, 0xd9]],
    ["image/gif", [0x47, 0x49, 0x46, 0x38, 0x39, 0x61], [0x3b]],
  ])(
    "the type of a reference image is told by its first bytes, not by name or header: %s",
    async (contentType, start, end) => {
      const image = Uint8Array.from([...start, ...new Uint8Array(100), ...end]);
      serve(stage, { [cat]: () => new Response(image, { headers: { "content-type": "text/plain" } }) });

      const { id } = await submitted(await sendJson(stage, composition({ images: cat })));

      expect(await inputsOf(id)).toMatchObject([{ contentType }]);
    },
  );
});

describe("other servers' names", () => {
  it("a composition takes reference images under other names, in order", async () => {
    serve(stage, { [cat]: anImage(700, 1), [dog]: anImage(800, 2) });
    const body = composition({ images: undefined, input_image: dog, input_image_2: { url: cat } });

    const { id, input_images } = await submitted(await sendJson(stage, body));

    expect(input_images).toBe(2);
    expect(await inputsOf(id)).toMatchObject([{ bytes: 800 }, { bytes: 700 }]);
  });

  it("a form takes addresses under other names, beside its files", async () => {
    serve(stage, { [cat]: anImage(700, 1) });
    const form = new FormData();
    form.append("prompt", "x");
    form.append("resolution", "2K");
    form.append("images[]", new Blob([anImage(800, 2)], { type: "image/png" }), "a.png");
    form.append("image_url", cat);

    const { id } = await submitted(await sendForm(stage, form));

    expect(await inputsOf(id)).toMatchObject([{ bytes: 800 }, { bytes: 700 }]);
  });

  it.each<[object, string]>([
    [{ images: [cat], photo: dog }, "photo"],
    [{ images: undefined, image_urls: [cat, 7] }, "image_urls"],
    [{ images: [cat], n: 1, num_images: 2 }, "num_images"],
    [{ images: [cat], mask_image: dog }, "mask"],
  ])("a composition with %j is refused by the name the caller wrote, and nothing is fetched", async (change, param) => {
    serve(stage, { [cat]: anImage(), [dog]: anImage() });
    const answer = await sendJson(stage, composition(change));

    expect(answer.status).toBe(400);
    expect(((await answer.json()) as ErrorBody).error).toMatchObject({ code: "invalid_value", param });
    expect(addressesFetched(stage)).toEqual([]);
    expect(await storing()).toEqual([]);
  });
});

describe("a form", () => {
  const aForm = (...parts: [string, string | Uint8Array<ArrayBuffer>][]) => {
    const form = new FormData();
    for (const [name, value] of parts) {
      if (typeof value === "string") form.append(name, value);
      else form.append(name, new Blob([value], { type: "image/png" }), "a.png");
    }
    return form;
  };

  it("a form may have files under every name of the field, before and after the other fields", async () => {
    const images = [1, 2, 3, 4].map((seed) => anImage(900, seed)) as [
      ...[Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>],
    ];
    const form = aForm(
      ["image", images[0]],
      ["prompt", "  a lighthouse "],
      ["images[]", images[1]],
      ["resolution", "2k"],
      ["images", images[2]],
      ["seed", "7"],
      ["image[]", images[3]],
    );

    const { id, input_images } = await submitted(await sendForm(stage, form));

    expect(input_images).toBe(4);
    expect(await inputsOf(id)).toMatchObject(images.map((image) => ({ crc32: checksum(image) })));
    const [row] = (await tablesOf((await storing())[0] as CoordinatorStub)).tasks ?? [];
    expect(JSON.parse(String(row?.body)).request).toMatchObject({ prompt: "a lighthouse", seed: 7, resolution: "2k" });
  });

  it("a form keeps every image, whatever the files are called", async () => {
    const form = new FormData();
    form.append("prompt", "x");
    for (const [index, name] of ["cat.png", "猫.png", 'a"b\\.png', "\r\n; name=prompt"].entries()) {
      form.append("image", new Blob([anImage(700 + index)]), name);
    }

    const { id } = await submitted(await sendForm(stage, form));

    expect(await inputsOf(id)).toMatchObject([{ bytes: 700 }, { bytes: 701 }, { bytes: 702 }, { bytes: 703 }]);
  });

  it("a form may mix files, addresses and base64", async () => {
    serve(stage, { [cat]: anImage(700, 1) });
    const form = aForm(
      ["prompt", "x"],
      ["images", cat],
      ["images", anImage(800, 2)],
      ["images", base64Of(anImage(900, 3))],
    );

    const { id } = await submitted(await sendForm(stage, form));

    expect(await inputsOf(id)).toMatchObject([{ bytes: 700 }, { bytes: 800 }, { bytes: 900 }]);
  });

  it.each<[string, FormData, string, string | null]>([
    ["without a prompt", aForm(["image", anImage()]), "missing_value", "prompt"],
    [
      "with a bad field after its files",
      aForm(["image", anImage()], ["prompt", "x"], ["n", "99"]),
      "invalid_value",
      "n",
    ],
    ["with a word for a number", aForm(["image", anImage()], ["prompt", "x"], ["n", "two"]), "invalid_value", "n"],
    ["without an image", aForm(["prompt", "x"]), "missing_value", "images"],
    [
      "with a file under another name",
      aForm(["prompt", "x"], ["image", anImage()], ["image2", anImage()]),
      "invalid_value",
      "image2",
    ],
    ["with an empty file", aForm(["prompt", "x"], ["image", new Uint8Array(0)]), "input_image_invalid", "image"],
    [
      "with a page among its files",
      aForm(["prompt", "x"], ["image", anImage()], ["image", bytesOf("<!doctype html><p>hello</p>")]),
      "input_image_invalid",
      "image",
    ],
    [
      "with an address that may not be fetched",
      aForm(["prompt", "x"], ["image", anImage()], ["image", "http://localhost/"]),
      "input_image_forbidden",
      "image",
    ],
    [
      "with eleven files",
      aForm(
        ["prompt", "x"],
        ...Array.from({ length: 11 }, (): [string, Uint8Array<ArrayBuffer>] => ["image", anImage()]),
      ),
      "invalid_value",
      "images",
    ],
  ])("a form is refused %s, and nothing stays behind", async (_what, form, code, param) => {
    const answer = await sendForm(stage, form);

    expect(answer.status).toBe(400);
    expect(((await answer.json()) as ErrorBody).error).toMatchObject({ code, param });
    expect(await stagedKeys()).toEqual([]);
    expect(await storing()).toEqual([]);
  });
});

describe("a refusal before anything is fetched or staged", () => {
  const put = () => vi.spyOn(Object.getPrototypeOf(env.INPUTS), "put");

  it.each<[string, object, string, string]>([
    ["a field is wrong", { ratio: "5:4" }, "invalid_value", "ratio"],
    ["the prompt is missing", { prompt: undefined }, "missing_value", "prompt"],
    ["the model does not exist", { model: "midjourney-7" }, "model_not_available", "model"],
    ["there is no image", { images: [] }, "missing_value", "images"],
    ["there are eleven", { images: Array(11).fill(cat) }, "invalid_value", "images"],
    ["one of them is no form of an image", { images: [cat, 7] }, "invalid_value", "images"],
    ["the model takes fewer", { model: "dreamina-3.0", images: [cat, dog] }, "invalid_value", "images"],
  ])("a composition is refused before anything is fetched or staged when %s", async (_when, change, code, param) => {
    serve(stage, { [cat]: anImage(), [dog]: anImage() });
    const puts = put();

    const answer = await sendJson(stage, composition({ images: [cat], resolution: undefined, ...change }));

    expect(answer.status).toBe(400);
    expect(((await answer.json()) as ErrorBody).error).toMatchObject({ code, param });
    expect(addressesFetched(stage)).toEqual([]);
    expect(puts).not.toHaveBeenCalled();
    expect(await storing()).toEqual([]);
  });

  it("a composition without authorization is refused before its body is read", async () => {
    const answer = await sendJson(stage, "{", { authorization: "" });

    expect(answer.status).toBe(401);
  });

  it.each([
    ["text/plain", "a lighthouse"],
    ["application/x-www-form-urlencoded", "prompt=x&image=https://example.com/cat.png"],
    ["application/octet-stream", "\u0089PNG,".repeat(60_000)],
    ["text/json", '[{"prompt":"x"}]'],
    ["image/png", JSON.stringify(composition({ images: [cat] }))],
    ["multipart/mixed; boundary=x", "--x--"],
  ])("a composition with a body of type %s that is not one JSON object is refused", async (type, body) => {
    const answer = await sendJson(stage, body, { "content-type": type });

    expect(answer.status).toBe(415);
    expect(((await answer.json()) as ErrorBody).error.message).toMatch(
      /Content-Type must be application\/json or multipart\/form-data/,
    );
  });

  it.each(["{", "", "[]", "7", "null"])("a composition with the body %j is refused", async (body) => {
    const answer = await sendJson(stage, body);

    expect(answer.status).toBe(400);
    expect(((await answer.json()) as ErrorBody).error.code).toBe("invalid_json");
  });

  it.each<[string, string]>([
    ["objects", `{"prompt":"x","image":"${cat}","x":[${Array(25_001).fill("{}").join()}]}`],
    ["lists in lists", `{"x":${"[".repeat(50_001)}${"]".repeat(50_001)}}`],
    ["fields", JSON.stringify(Object.fromEntries(Array.from({ length: 50_002 }, (_, index) => [index, 0])))],
  ])("JSON with more than 50,000 brackets and commas is refused before it is parsed, in %s", async (_what, body) => {
    const parse = vi.spyOn(JSON, "parse");

    const answer = await sendJson(stage, body);

    expect(parse.mock.calls.some(([text]) => text === body)).toBe(false);
    expect(answer.status).toBe(400);
    const { error } = (await answer.json()) as ErrorBody;
    expect(error).toMatchObject({
      code: "invalid_json",
      message: expect.stringMatching(/more than 50,000 brackets and commas/),
    });
    expect(addressesFetched(stage)).toEqual([]);
  });

  it("JSON larger than its limit is refused, with or without an announced length", async () => {
    const large = JSON.stringify(composition({ images: ["A".repeat(16 * mebibyte)] }));
    const headers = { authorization: stage.session, "content-type": "application/json" };
    const bytes = bytesOf(large);
    const pieces = Array.from({ length: 300 }, (_, index) => bytes.subarray(index * 65_536, (index + 1) * 65_536));
    const chunked = { method: "POST", headers, body: streamOf(pieces) };

    for (const answer of [await sendJson(stage, large), await call("/v1/images/compositions", chunked)]) {
      expect(answer.status).toBe(413);
      const { error } = (await answer.json()) as ErrorBody;
      expect(error.code).toBe("body_too_large");
      expect(error.message).toMatch(/16 MiB.*as addresses or as multipart/);
    }
  });
});

it.each(["text/plain", "application/x-www-form-urlencoded", "application/octet-stream", "text/json"])(
  "a composition whose body is one JSON object is taken with the type %s",
  async (type) => {
    serve(stage, { [cat]: anImage() });

    await submitted(await sendJson(stage, composition({ images: [cat] }), { "content-type": type }));
  },
);

it("a JSON body just below its limit is taken", async () => {
  const image = anImage(12 * mebibyte - 3_000);

  const { id } = await submitted(await sendJson(stage, composition({ prompt: "灯塔", images: [base64Of(image)] })));

  expect(await inputsOf(id)).toEqual([
    { key: `${id}/0`, bytes: image.length, contentType: "image/png", crc32: checksum(image) },
  ]);
  expect(checksum(await stagedBytes(`${id}/0`))).toBe(checksum(image));
});

it("a prompt may be nothing but commas and brackets", async () => {
  const marks = ",[{,".repeat(2_000);
  serve(stage, { [cat]: anImage() });

  await submitted(await sendJson(stage, composition({ prompt: marks, negative_prompt: marks, images: [cat] })));
});

describe("one bad reference image", () => {
  it("one bad reference image fails the request, and none of the others stays behind", async () => {
    serve(stage, { [cat]: anImage(), [dog]: () => new Response("gone", { status: 410 }) });
    const body = composition({ images: [cat, base64Of(anImage()), dog, cat] });

    const answer = await sendJson(stage, body);

    expect(((await answer.json()) as ErrorBody).error).toEqual(
      expect.objectContaining({
        code: "input_image_unreachable",
        param: "images",
        message: expect.stringMatching(/^images\[2\] .*example\.com.*410/),
      }),
    );
    expect(answer.headers.get("x-should-retry")).toBe("false");
    expect(await stagedKeys()).toEqual([]);
    expect(await storing()).toEqual([]);
    expect(stage.queue.sent).toEqual([]);
  });

  it("one bad reference image also aborts its upload in parts that was under way", async () => {
    const large = anImage(9 * mebibyte);
    const bodies = { [cat]: () => new Response(streamOf([large, anImage(22 * mebibyte)])), [dog]: large };
    serve(stage, bodies);
    const aborted = vi.fn();
    const prototype = Object.getPrototypeOf(env.INPUTS) as R2Bucket;
    const create = prototype.createMultipartUpload;
    vi.spyOn(prototype, "createMultipartUpload").mockImplementation(async function (this: R2Bucket, key, options) {
      const upload = await create.call(this, key, options);
      const abort = upload.abort.bind(upload);
      return Object.assign(upload, {
        abort() {
          aborted(key);
          return abort();
        },
      });
    });

    const answer = await sendJson(stage, composition({ images: [dog, cat] }));

    expect(((await answer.json()) as ErrorBody).error.message).toMatch(/^images\[1\] is larger than 30 MiB/);
    expect(aborted).toHaveBeenCalledWith(expect.stringMatching(/\/1$/));
    expect(await stagedKeys()).toEqual([]);
  });
});

describe("an Idempotency-Key", () => {
  const key = { "idempotency-key": "order 7" };

  it("a repeated key answers with the same task, and what was staged again is removed", async () => {
    serve(stage, { [cat]: anImage() });
    const body = composition({ images: [cat, base64Of(anImage(2_000, 2))] });

    const first = await submitted(await sendJson(stage, body, key));
    const second = await submitted(await sendJson(stage, body, key));

    expect(second.id).toBe(first.id);
    expect(await stagedKeys()).toEqual([`${first.id}/0`, `${first.id}/1`]);
    expect(stage.created()).toEqual([first.id]);
    expect(stage.queue.sent).toHaveLength(1);
  });

  it("a repeated key recognizes a form, and the files that came with it are removed", async () => {
    const form = () => {
      const fields = new FormData();
      fields.append("prompt", "a lighthouse");
      fields.append("image", new Blob([anImage()]), "a.png");
      return fields;
    };

    const first = await submitted(await sendForm(stage, form(), key));
    const second = await submitted(await sendForm(stage, form(), key));

    expect(second.id).toBe(first.id);
    expect(await stagedKeys()).toEqual([`${first.id}/0`]);
  });

  it("a repeated key answers with its task although the image's address is gone by now", async () => {
    serve(stage, { [cat]: anImage() });
    const first = await submitted(await sendJson(stage, composition({ images: [cat] }), key));
    serve(stage, { [cat]: () => new Response("", { status: 404 }) });

    const second = await submitted(await sendJson(stage, composition({ images: [cat] }), key));

    expect(second.id).toBe(first.id);
    expect(addressesFetched(stage).filter((address) => address === cat)).toHaveLength(1);
  });

  it.each<[string, object]>([
    ["another image", { images: [dog] }],
    ["one more", { images: [cat, dog] }],
    ["no other prompt but other bytes", { images: [base64Of(anImage(999))] }],
    ["another prompt", { prompt: "a harbour" }],
  ])("a key with another body is refused, and what was staged for it is removed: %s", async (_what, change) => {
    serve(stage, { [cat]: anImage(), [dog]: anImage() });
    const { id } = await submitted(await sendJson(stage, composition({ images: [cat] }), key));

    const answer = await sendJson(stage, composition({ images: [cat], ...change }), key);

    expect(answer.status).toBe(409);
    expect(await stagedKeys()).toEqual([`${id}/0`]);
  });
});

describe("a coordinator whose answer is lost", () => {
  it("one lost answer of the coordinator still leads to one task with its inputs", async () => {
    serve(stage, { [cat]: anImage() });
    aCoordinatorThat("create", { fails: 1, after: true });

    const { id } = await submitted(await sendJson(stage, composition({ images: [cat] })));

    expect(await stagedKeys()).toEqual([`${id}/0`]);
  });

  it("inputs stay when the coordinator's answer is lost for good, as it may have made the task", async () => {
    serve(stage, { [cat]: anImage() });
    aCoordinatorThat("create", { fails: 2, after: true });

    const answer = await sendJson(stage, composition({ images: [cat] }));

    expect(answer.status).toBe(424);
    const [row] = (await tablesOf((await storing())[0] as CoordinatorStub)).tasks ?? [];
    expect(await stagedKeys()).toEqual([`${row?.id}/0`]);
  });
});

describe("a finished image of our own", () => {
  const own = "imgtask_V1StGXR8_Z5jdHi6B-myT/2";

  it.each([
    [`${origin}/images/${own}`, {}],
    [`${origin}/images/${own}.png`, {}],
    [`${origin}/images/${own}.jpg?download=1`, {}],
    [`https://cdn.images.dev/p/${own}?x=1`, { PUBLIC_IMAGE_BASE_URL: "https://cdn.images.dev/p/" }],
  ])("a finished image of our own is read from its bucket: %s", async (address, bindings) => {
    const image = anImage(3_000);
    await env.IMAGES.put(own, image, { httpMetadata: { contentType: "image/png" } });

    const { id } = await submitted(await sendJson(stage, composition({ images: [address] }), {}, bindings));

    expect(await inputsOf(id)).toMatchObject([{ bytes: 3_000, crc32: checksum(image) }]);
    expect(addressesFetched(stage)).toEqual([]);
  });

  it("an image of our own that is not there is unreachable", async () => {
    const answer = await sendJson(stage, composition({ images: [`${origin}/images/${own}`] }));

    expect(((await answer.json()) as ErrorBody).error.code).toBe("input_image_unreachable");
    expect(addressesFetched(stage)).toEqual([]);
  });
});

describe("a large reference image", () => {
  const part = 5 * mebibyte;
  const piece = 64 * 1024;

  /** Counts what was taken from the source and not yet given to the bucket, at each new piece. */
  function watched() {
    let taken = 0;
    let stored = 0;
    let most = 0;
    const prototype = Object.getPrototypeOf(env.INPUTS) as R2Bucket;
    const create = prototype.createMultipartUpload;
    vi.spyOn(prototype, "createMultipartUpload").mockImplementation(async function (this: R2Bucket, key, options) {
      const upload = await create.call(this, key, options);
      const uploadPart = upload.uploadPart.bind(upload);
      return Object.assign(upload, {
        async uploadPart(number: number, bytes: ArrayBufferView) {
          expect(bytes.byteLength).toBeLessThanOrEqual(part);
          const done = await uploadPart(number, bytes);
          stored += bytes.byteLength;
          return done;
        },
      });
    });
    function* pieces(bytes: Uint8Array<ArrayBuffer>) {
      for (let start = 0; start < bytes.length; start += piece) {
        const next = bytes.slice(start, start + piece);
        taken += next.length;
        most = Math.max(most, taken - stored);
        yield next;
      }
    }
    return { pieces, most: () => most, parts: () => stored };
  }

  it("a large reference image from an address is never held whole, even without a length", async () => {
    const image = anImage(20 * mebibyte + 5);
    const watch = watched();
    serve(stage, { [cat]: () => new Response(streamOf(watch.pieces(image))) });

    const { id } = await submitted(await sendJson(stage, composition({ images: [cat] })));

    expect(watch.most()).toBeLessThanOrEqual(part + piece);
    expect(watch.parts()).toBe(image.length);
    expect(await inputsOf(id)).toMatchObject([{ bytes: image.length, crc32: checksum(image) }]);
    expect(checksum(await stagedBytes(`${id}/0`))).toBe(checksum(image));
  });

  it("a large reference image in a form is never held whole", async () => {
    const image = anImage(20 * mebibyte);
    const watch = watched();
    function* body() {
      yield bytesOf('--b\r\nContent-Disposition: form-data; name="prompt"\r\n\r\na lighthouse\r\n--b\r\n');
      yield bytesOf('Content-Disposition: form-data; name="image"; filename="a.png"\r\n\r\n');
      yield* watch.pieces(image);
      yield bytesOf("\r\n--b--\r\n");
    }
    const headers = { authorization: stage.session, "content-type": "multipart/form-data; boundary=b" };

    const answer = await call("/v1/images/compositions", { method: "POST", headers, body: streamOf(body()) });

    const { id } = await submitted(answer);
    expect(watch.most()).toBeLessThanOrEqual(part + 2 * piece);
    expect(checksum(await stagedBytes(`${id}/0`))).toBe(checksum(image));
  });

  it.each([part - 1, part, part + 1, 2 * part, 30 * mebibyte])(
    "a reference image of %i bytes is staged whole",
    async (bytes) => {
      const image = anImage(bytes);
      serve(stage, { [cat]: image });

      const { id } = await submitted(await sendJson(stage, composition({ images: [cat] })));

      expect(await inputsOf(id)).toMatchObject([{ bytes, crc32: checksum(image) }]);
      expect((await env.INPUTS.head(`${id}/0`))?.size).toBe(bytes);
    },
  );
});

type DocumentedSchema = { properties?: Record<string, unknown>; required?: string[]; additionalProperties?: unknown };

it("the document describes a composition's JSON and an edit's form with the same fields", async () => {
  const document = (await (await call("/openapi.json")).json()) as {
    paths: Record<string, { post: { requestBody: { required: boolean; content: Record<string, unknown> } } }>;
    components: { schemas: Record<string, DocumentedSchema> };
  };

  for (const [path, type] of [
    ["/v1/images/compositions", "application/json"],
    ["/v1/images/edits", "multipart/form-data"],
    ["/v1/images/edits/async", "multipart/form-data"],
  ] as const) {
    const { requestBody } = document.paths[path]?.post ?? {};
    expect(requestBody?.required).toBe(true);
    expect(Object.keys(requestBody?.content ?? {})).toEqual([type]);
  }
  const { CompositionRequest: json, CompositionForm: form } = document.components.schemas;
  const imageFields = ["image", "image[]", "images", "images[]"];
  const others = Object.keys(json?.properties ?? {}).filter((name) => !imageFields.includes(name));
  expect(others).toEqual(expect.arrayContaining(["prompt", "ratio", "n", "seed"]));
  expect(new Set(Object.keys(form?.properties ?? {}))).toEqual(new Set([...others, ...imageFields]));
  expect(form?.required).toEqual(["prompt"]);
  for (const name of imageFields) {
    expect(form?.properties?.[name]).toMatchObject({ type: "array", items: { type: "string", format: "binary" } });
  }
  for (const name of others) expect(JSON.stringify(form?.properties?.[name])).not.toContain('"null"');
  expect(form?.additionalProperties ?? {}).toEqual({});
});
