import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { base64Of } from "#shared/base64.ts";

async function* from(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

async function collect(pieces: AsyncIterable<string>): Promise<string[]> {
  const collected: string[] = [];
  for await (const piece of pieces) collected.push(piece);
  return collected;
}

const piecesOf = (chunks: Iterable<Uint8Array>): Promise<string[]> => collect(base64Of(from(chunks)));

const bytes = (length: number, seed = 0) => Uint8Array.from({ length }, (_, place) => (place * 31 + seed) & 255);

describe("bytes as base64", () => {
  it("base64 of pieces equals base64 of the whole, however it is cut", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 12 }), async (chunks) => {
        const text = (await piecesOf(chunks)).join("");
        expect(text).toBe(Buffer.concat(chunks).toString("base64"));
      }),
    );
  });

  it.each([0, 1, 2, 3, 4, 5, 8_191, 8_192, 8_193, 3 * 8_192 + 1, 65_536, 1_000_003])(
    "base64 of %i bytes in one piece is right",
    async (length) => {
      const given = bytes(length);
      expect((await piecesOf([given])).join("")).toBe(Buffer.from(given).toString("base64"));
    },
  );

  it("base64 of many pieces of one byte is right", async () => {
    const given = bytes(1_000);
    const pieces = await piecesOf(Array.from(given, (byte) => Uint8Array.of(byte)));
    expect(pieces.join("")).toBe(Buffer.from(given).toString("base64"));
  });

  it("base64 has padding only at its very end", async () => {
    const pieces = await piecesOf([bytes(5), bytes(5), bytes(5), bytes(5)]);
    expect(pieces.slice(0, -1).join("")).not.toContain("=");
    expect(pieces.at(-1)).toMatch(/=$/);
  });

  it("base64 of nothing is nothing", async () => {
    expect(await piecesOf([])).toEqual([]);
    expect(await piecesOf([new Uint8Array(0), new Uint8Array(0)])).toEqual([]);
  });

  it("base64 leaves the given pieces unchanged, even parts of one buffer", async () => {
    const whole = bytes(20);
    const parts = [whole.subarray(3, 7), whole.subarray(7, 12), whole.subarray(12, 19)];
    expect((await piecesOf(parts)).join("")).toBe(Buffer.from(whole.slice(3, 19)).toString("base64"));
    expect(whole).toEqual(bytes(20));
  });

  it("base64 is right when the source fills one buffer again and again", async () => {
    const shared = new Uint8Array(4);
    async function* filling() {
      for (const seed of [1, 2, 3, 4, 5]) {
        shared.set(bytes(4, seed));
        yield shared;
      }
    }
    const text = (await collect(base64Of(filling()))).join("");
    expect(text).toBe(Buffer.concat([1, 2, 3, 4, 5].map((seed) => bytes(4, seed))).toString("base64"));
  });
});

describe("the source", () => {
  it("the source is asked for the next piece only when the one before was taken", async () => {
    let asked = 0;
    async function* counted() {
      for (;;) {
        asked += 1;
        yield bytes(300);
      }
    }
    const pieces = base64Of(counted());
    for (const taken of [1, 2, 3]) {
      await pieces.next();
      expect(asked).toBe(taken);
    }
    await pieces.return();
  });

  it("the source is released when the reader stops", async () => {
    let isLetGo = false;
    async function* endless() {
      try {
        for (;;) yield bytes(300);
      } finally {
        isLetGo = true;
      }
    }
    const pieces = base64Of(endless());
    await pieces.next();
    expect(isLetGo).toBe(false);
    await pieces.return();
    expect(isLetGo).toBe(true);
  });

  it("a source that breaks off breaks the text off, too", async () => {
    async function* broken() {
      yield bytes(4);
      throw new Error("get: internal error (10001)");
    }
    await expect(collect(base64Of(broken()))).rejects.toThrow("10001");
  });
});
