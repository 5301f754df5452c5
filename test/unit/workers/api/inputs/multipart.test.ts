import { describe, expect, it } from "vitest";
import { AppError } from "../../../../../shared/errors.ts";
import type { Desk } from "../../../../../workers/api/inputs/desk.ts";
import { type Reading, readForm } from "../../../../../workers/api/inputs/multipart.ts";

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

/** A desk that keeps what it is given in memory, and knows what was let go. */
function aDesk() {
  const abandoned: string[] = [];
  const stage: Desk["stage"] = (index, place) => {
    const pieces: Uint8Array[] = [];
    return {
      write: async (chunk) => {
        pieces.push(chunk.slice());
      },
      close: async () => {
        const all = Buffer.concat(pieces);
        return { key: `${index} ${place.name}`, bytes: all.length, contentType: "image/png", crc32: all.toString() };
      },
      abandon: async () => {
        abandoned.push(place.name);
      },
    };
  };
  return { desk: { stage } as Desk, abandoned };
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

function read(pieces: Uint8Array[], contentType = `multipart/form-data; boundary=${boundary}`, desk = aDesk().desk) {
  const headers = { "content-type": contentType };
  const init = { method: "POST", headers, body: bodyOf(pieces), duplex: "half" };
  return readForm(new Request("https://api.test/", init as RequestInit), desk);
}

/** What came, short: fields, then each input as place and content. */
const told = ({ fields, arrivals }: Reading) => [
  fields,
  ...arrivals.map((one) => {
    if (one.kind === "staged") return [one.input.key, one.input.crc32];
    return [one.source.place.name, one.source.kind === "address" ? one.source.address : one.source.text];
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

  it("a form leaves out files of other fields and a file that was not chosen", async () => {
    const body = form([
      file("attachment", "more"),
      file("image", "", ""),
      file("image", "real"),
      { name: "image", bytes: " " },
    ]);
    expect(told(await read([body]))).toEqual([{}, ["0 image[1]", "real"]]);
  });

  it("a form with a mask is refused, unless the mask was not chosen", async () => {
    await expect(read([form([file("mask", "bytes"), file("image", "real")])])).rejects.toMatchObject({
      code: "invalid_value",
      param: "mask",
    });
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

  it("a file under way is abandoned when its form is refused", async () => {
    const { desk, abandoned } = aDesk();
    await refused(read([whole.subarray(0, whole.indexOf("bytes") + 3)], undefined, desk));
    expect(abandoned).toEqual(["image[0]"]);
  });

  it.each([
    ["multipart/form-data", "names no boundary"],
    ["multipart/form-data; boundary=another", "ends before"],
  ])("a form whose boundary is not the one of its content type is refused: %s", async (type, words) => {
    expect((await refused(read([whole], type))).message).toContain(words);
  });

  it.each([
    "Content-Disposition: form-data\r\n\r\nx",
    "Content Disposition: form-data\r\n\r\nx",
    "Content-Disposition: form-data; name=image; filename*=UTF-8''%E0%A4%A\r\n\r\nx",
  ])("a form with unreadable headers of a part is refused: %j", async (broken) => {
    const body = Buffer.from(`--${boundary}\r\n${broken}\r\n--${boundary}--\r\n`);
    expect((await refused(read([body]))).code).toBe("invalid_value");
  });

  it("a form is refused at its eleventh picture, whatever follows", async () => {
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
