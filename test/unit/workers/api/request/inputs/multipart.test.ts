import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CompositionBody, readForm } from "#api/request/inputs/multipart.ts";
import type { InputStage } from "#api/request/inputs/stage-inputs.ts";
import { AppError } from "#shared/errors.ts";

const boundary = "----WebKitFormBoundaryAbC123";

type Part = { name: string; filename?: string; type?: string; bytes: string };

const part = ({ name, filename, type, bytes }: Part) =>
  [
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"`,
    filename === undefined ? "" : `; filename="${filename}"`,
    type === undefined ? "" : `\r\nContent-Type: ${type}`,
    `\r\n\r\n${bytes}\r\n`,
  ].join("");

const form = (parts: Part[]) => Buffer.from(`${parts.map(part).join("")}--${boundary}--\r\n`, "utf8");
const file = (name: string, bytes: string, filename = "a.png"): Part => ({ name, filename, type: "image/png", bytes });

/** A stage in memory that records aborted uploads. */
function aDesk() {
  const aborted: string[] = [];
  const stage: InputStage["startUpload"] = (index, location) => {
    const pieces: Uint8Array[] = [];
    return {
      write: async (chunk) => {
        pieces.push(chunk.slice());
      },
      close: async () => {
        const all = Buffer.concat(pieces);
        return { key: `${index} ${location.name}`, bytes: all.length, contentType: "image/png", crc32: all.toString() };
      },
      abort: async () => {
        aborted.push(location.name);
      },
    };
  };
  return { stage: { startUpload: stage } as InputStage, aborted };
}

function bodyOf(pieces: Uint8Array[]): ReadableStream<Uint8Array> {
  const left = [...pieces];
  return new ReadableStream({
    pull(controller) {
      const next = left.shift();
      if (next === undefined) controller.close();
      else controller.enqueue(next);
    },
  });
}

function read(pieces: Uint8Array[], contentType = `multipart/form-data; boundary=${boundary}`, stage = aDesk().stage) {
  const headers = { "content-type": contentType };
  const init = { method: "POST", headers, body: bodyOf(pieces), duplex: "half" };
  return readForm(new Request("https://api.test/", init as RequestInit), stage);
}

/** What came, short: fields, then each input as location and content. */
const told = ({ fields, inputs }: CompositionBody) => [
  fields,
  ...inputs.map((one) => {
    if (one.kind === "staged") return [one.input.key, one.input.crc32];
    return [one.source.location.name, one.source.kind === "address" ? one.source.address : one.source.text];
  }),
];

describe("a form", () => {
  it("a form gives its texts as fields, numbers and booleans as such, and its files as inputs in order", async () => {
    const body = form([
      { name: "prompt", bytes: "a lighthouse 灯塔" },
      file("image", "first"),
      { name: "sample_strength", bytes: "0.5" },
      file("image[]", "second"),
      { name: "intelligent_ratio", bytes: "true" },
      file("images", "third"),
      { name: "n", bytes: "2" },
      file("images[]", "fourth"),
      file("images[7]", "fifth"),
    ]);
    expect(told(await read([body]))).toEqual([
      { prompt: "a lighthouse 灯塔", sample_strength: 0.5, intelligent_ratio: true, n: 2 },
      ["0 image[0]", "first"],
      ["1 image[1]", "second"],
      ["2 images[0]", "third"],
      ["3 images[1]", "fourth"],
      ["4 images[2]", "fifth"],
    ]);
  });

  it("a form may hold addresses and base64 where files are expected", async () => {
    const body = form([
      { name: "images[]", bytes: "https://example.com/a.png" },
      file("images[]", "bytes"),
      { name: "images[]", bytes: "aGVsbG8=" },
    ]);
    expect(told(await read([body]))).toEqual([
      {},
      ["images[0]", "https://example.com/a.png"],
      ["1 images[1]", "bytes"],
      ["images[2]", "aGVsbG8="],
    ]);
  });

  it("a form leaves out a file and a text that were not chosen", async () => {
    const body = form([
      file("image", "", ""),
      file("image", "real"),
      { name: "image", bytes: " " },
      file("photo", "", ""),
    ]);
    expect(told(await read([body]))).toEqual([{}, ["0 image[1]", "real"]]);
  });

  it("a form is read whatever its files are called", async () => {
    const body = form([
      file("image", "first", "猫.png"),
      file("image[]", "second", 'a\\"; name=\\"prompt.png'),
      file("image%5B%5D", "third", "x\ny.png"),
      { name: "prompt", bytes: "a cat" },
    ]);
    const expected = [{ prompt: "a cat" }, ["0 image[0]", "first"], ["1 image[1]", "second"], ["2 image[2]", "third"]];
    expect(told(await read([body]))).toEqual(expected);
    expect(told(await read([Buffer.from(body.toString().replaceAll("\r\n", "\n"))]))).toEqual(expected);
  });

  it("a form is read whatever its files are called, as fetch writes it", async () => {
    const names = fc.string({ unit: "binary", maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(fc.array(names, { minLength: 1, maxLength: 3 }), async (fileNames) => {
        const fields = new FormData();
        fields.append("prompt", "灯塔");
        for (const [index, name] of fileNames.entries()) fields.append("images", new Blob([`${index}`]), `a${name}`);
        const request = new Request("https://api.test/", { method: "POST", body: fields });
        expect(told(await readForm(request, aDesk().stage))).toEqual([
          { prompt: "灯塔" },
          ...fileNames.map((_name, index) => [`${index} images[${index}]`, `${index}`]),
        ]);
      }),
      { numRuns: 15 },
    );
  });

  it("a form may hold the bytes of an image without a file name, if they have its type", async () => {
    const body = form([{ name: "image", type: "image/png", bytes: "\u0000\u00ff" }]);
    expect(told(await read([body]))).toEqual([{}, ["0 image[0]", "\u0000\u00ff"]]);
  });

  it("a form may hold several inputs in one text, as JSON", async () => {
    const body = form([
      { name: "images", bytes: '["https://example.com/a.png", {"b64_json": "aGVsbG8="}]' },
      file("images", "bytes"),
      { name: "images", bytes: ' {"url": "https://example.com/b.png"}' },
      { name: "image", bytes: '"data:image/png;base64,aGVsbG8="' },
      { name: "image", bytes: "[]" },
    ]);
    expect(told(await read([body]))).toEqual([
      {},
      ["images[0]", "https://example.com/a.png"],
      ["images[1]", "aGVsbG8="],
      ["2 images[2]", "bytes"],
      ["images[3]", "https://example.com/b.png"],
      ["image[0]", "aGVsbG8="],
    ]);
  });

  it("a text of a form is read in the charset that its part names", async () => {
    const head = part({ name: "prompt", type: "text/plain; charset=gbk", bytes: "" }).slice(0, -2);
    const text = Buffer.from([0xb5, 0xc6, 0xcb, 0xfe]);
    const body = Buffer.concat([Buffer.from(head), text, Buffer.from(`\r\n--${boundary}--`)]);
    expect(told(await read([body]))).toEqual([{ prompt: "灯塔" }]);
  });

  it("a form with a mask is refused, unless the mask was not chosen", async () => {
    for (const mask of [file("mask", "bytes"), { name: "mask", type: "image/png", bytes: "bytes" }]) {
      await expect(read([form([mask, file("image", "real")])])).rejects.toMatchObject({
        code: "invalid_value",
        param: "mask",
        message: expect.stringContaining("mask is not supported"),
      });
    }
    const unchosen = form([file("mask", "", ""), file("image", "real")]);
    expect(told(await read([unchosen]))).toEqual([{}, ["0 image[0]", "real"]]);
  });

  it("a form may be followed by anything", async () => {
    const body = form([{ name: "prompt", bytes: "x" }]);
    const after = Buffer.from(": no header\r\n\u0001\r\n\r\n");
    expect(told(await read([body, after, after]))).toEqual([{ prompt: "x" }]);
  });

  it("a form reads the same wherever the network cuts it", async () => {
    const body = form([
      { name: "prompt", bytes: "--- dashes --" },
      file("image", `\r\n--${boundary.slice(0, 9)}\r\r\n\n----`),
      file("image", "", "named.png"),
      { name: "n", bytes: "" },
    ]);
    const whole = told(await read([body]));
    expect(whole).toHaveLength(3);
    for (let cut = 1; cut < body.length; cut += 1) {
      expect(told(await read([body.subarray(0, cut), body.subarray(cut)]))).toEqual(whole);
    }
    for (let size = 1; size < 80; size += 1) {
      const pieces = Array.from({ length: Math.ceil(body.length / size) }, (_, index) =>
        body.subarray(index * size, (index + 1) * size),
      );
      expect(told(await read(pieces))).toEqual(whole);
    }
  });
});

describe("a wrong form", () => {
  const refused = async (work: Promise<unknown>): Promise<AppError> => {
    const error = await work.then(
      () => null,
      (fault: unknown) => fault,
    );
    expect(error).toBeInstanceOf(AppError);
    return error as AppError;
  };
  const whole = form([{ name: "prompt", bytes: "x" }, file("image", "bytes")]);

  it("a form that ends too early is refused, wherever that is", async () => {
    for (let end = 0; end < whole.length - 2; end += 1) {
      const error = await refused(read([whole.subarray(0, end)]));
      expect(error).toMatchObject({ code: "invalid_value", message: expect.stringContaining("ends before") });
    }
  });

  it("a file under way is aborted when its form is refused", async () => {
    const { stage, aborted } = aDesk();
    await refused(read([whole.subarray(0, whole.indexOf("bytes") + 3)], undefined, stage));
    expect(aborted).toEqual(["image[0]"]);
  });

  it.each([
    ["multipart/form-data", "names no boundary"],
    ["multipart/form-data; boundary=another", "ends before"],
  ])("a form whose boundary is not the one of its content type is refused: %s", async (type, words) => {
    expect((await refused(read([whole], type))).message).toContain(words);
  });

  it.each([
    "Content-Disposition: form-data\r\n\r\nx",
    "Content-Type: image/png\r\n\r\nx",
    "Content-Disposition: form-data; name*=UTF-8''%E0%A4%A; filename=a\r\n\r\nx",
    "\r\nx",
  ])(
    "a form with a part whose name cannot be read is refused, though it has all that is needed: %j",
    async (broken) => {
      const good = form([{ name: "prompt", bytes: "x" }, file("image", "bytes")]).toString();
      const body = Buffer.from(good.replace(/--\r\n$/, `\r\n${broken}\r\n--${boundary}--\r\n`));
      const error = await refused(read([body]));
      expect(error).toMatchObject({ code: "invalid_value", message: expect.stringContaining("part 3 ") });
    },
  );

  it.each(["image2", "reference_images[]", "photo", "file", "images[0][file]", "Image", "image_url", "prompt", "照片"])(
    "a form with a file under another name is refused, and told the names for files: %s",
    async (name) => {
      for (const other of [file(name, "more"), file(name, ""), { name, type: "image/png", bytes: "more" }]) {
        expect(await refused(read([form([file("image", "real"), other])]))).toMatchObject({
          code: "invalid_value",
          param: name,
          message: expect.stringMatching(/^\S+ is a file; .*under image, images, image\[\] or images\[\]/),
        });
      }
    },
  );

  it("a form with a text that is not UTF-8 is refused with the name of the field", async () => {
    const notText = async (name: string) => {
      const [before = "", after = ""] = form([{ name, bytes: "HERE" }])
        .toString()
        .split("HERE");
      const body = [Buffer.from(before), Buffer.from([0xb5, 0xc6, 0xcb]), Buffer.from(after)];
      const error = await refused(read(body));
      expect(error).toMatchObject({ code: "invalid_value", param: name });
      return error.message;
    };
    expect(await notText("prompt")).toContain("is not UTF-8");
    expect(await notText("image")).toContain("send them as a file");
    const charset = { name: "prompt", type: "text/plain; charset=klingon", bytes: "x" };
    expect(await refused(read([form([charset])]))).toMatchObject({ param: "prompt" });
  });

  it("a form is refused at its eleventh image, whatever follows", async () => {
    const eleven = form(Array.from({ length: 11 }, (_, index) => file("image", `${index}`)));
    const error = await refused(read([eleven.subarray(0, eleven.lastIndexOf(`--${boundary}--`))]));
    expect(error).toMatchObject({ code: "invalid_value", param: "images", message: expect.stringContaining("10") });
  });

  it("a form with more than a hundred parts is refused", async () => {
    const many = form(Array.from({ length: 101 }, (_, index) => ({ name: `f${index}`, bytes: "x" })));
    expect((await refused(read([many]))).message).toContain("100 parts");
  });

  it("a form whose texts together are larger than 16 MiB is refused", async () => {
    const text = "x".repeat(6 * 1024 * 1024);
    const big = form([1, 2, 3].map((index) => ({ name: `f${index}`, bytes: text })));
    const error = await refused(read([big]));
    expect(error).toMatchObject({ code: "body_too_large", message: expect.stringContaining("16 MiB") });
  });

  it("a form with a text that never ends is refused", async () => {
    const head = Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="prompt"\r\n\r\n`);
    const endless = Array.from({ length: 300 }, () => new Uint8Array(64 * 1024).fill(120));
    expect((await refused(read([head, ...endless]))).code).toBe("body_too_large");
  });
});

it("a field that comes twice with different values is refused, and twice with the same is one", async () => {
  const n = (bytes: string): Part => ({ name: "n", bytes });
  const image = file("image", "real");
  await expect(read([form([n("1"), image, n("4")])])).rejects.toMatchObject({ code: "invalid_value", param: "n" });
  expect((await read([form([n("1"), image, n("1")])])).fields).toEqual({ n: 1 });
});
