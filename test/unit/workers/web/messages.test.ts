import { readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { errorCodes } from "#shared/errors.ts";
import { hasEnglish } from "#test/support/latin-words.ts";
import { adminWatchMessages } from "#web/messages/admin-watch.ts";
import { errorMessages, sentenceFor } from "#web/messages/errors.ts";
import { heldUpText } from "#web/messages/held-up.ts";
import { language, messages, number, plural, preferred } from "#web/messages/index.ts";
import { remedyMessages } from "#web/messages/remedies.ts";

const folder = path.join(import.meta.dirname, "../../../../workers/web/messages");

/** Every table of the page: the exports of messages/ that have both languages. */
const tables = await Promise.all(
  readdirSync(folder)
    .filter((file) => file.endsWith(".ts") && file !== "index.ts")
    .map(async (file) => {
      const module: Record<string, unknown> = await import(path.join(folder, file));
      return Object.entries(module)
        .filter(([, value]) => isRecord(value) && isRecord(value.en) && isRecord(value.zh))
        .map(([name, value]) => ({ name: `${file} ${name}`, table: value as Record<"en" | "zh", object> }));
    }),
).then((found) => found.flat());

describe("message tables", () => {
  it("all message tables are found", () => {
    expect(tables.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        "shell.ts shellMessages",
        "sessions.ts sessionMessages",
        "compose.ts composeMessages",
        "errors.ts errorMessages",
      ]),
    );
  });

  it.each(tables)("a message table has the same keys in both languages: $name", ({ table }) => {
    expect(keysOf(table.zh)).toEqual(keysOf(table.en));
  });

  it.each(tables)("a message table has no empty text: $name", ({ table }) => {
    for (const [key, value] of [...leavesOf(table.en), ...leavesOf(table.zh)]) {
      expect(value, key).not.toBe("");
    }
  });

  it.each(tables)("an English message table has no Chinese: $name", ({ table }) => {
    const texts = leavesOf(table.en).filter(([key]) => !/^otherLanguage/.test(key));
    for (const [key, value] of texts) expect(String(value), key).not.toMatch(/\p{Script=Han}/u);
  });

  it.each(tables)("a Chinese message table has Chinese in every sentence: $name", ({ table }) => {
    const english = new Map(leavesOf(table.en));
    const sentences = leavesOf(table.zh).filter(
      ([key, value]) => typeof value === "string" && value.split(" ").length > 2 && !/^otherLanguage/.test(key),
    );
    for (const [key, value] of sentences) {
      expect(value, key).toMatch(/\p{Script=Han}/u);
      expect(value, key).not.toBe(english.get(key));
    }
  });
});

describe("the words of the page", () => {
  it.each(tables)("a Chinese message has no English besides names, formats and units: $name", ({ table }) => {
    language.value = "zh";
    const texts = spokenTexts(table.zh).filter(([key]) => !/^otherLanguage/.test(key));
    language.value = "en";
    expect(texts.filter(([, text]) => hasEnglish(text))).toEqual([]);
  });

  it.each(tables)("a message has no words of the API that the page has its own words for: $name", ({ table }) => {
    const ofTheApi =
      /\b(task|upstream|endpoint|payload|parameter|idempotency|poll(ing)?|boolean|null|JSON|[KM]iB)s?\b/i;
    const texts = [...spokenTexts(table.en), ...spokenTexts(table.zh)];
    expect(texts.filter(([, text]) => ofTheApi.test(text))).toEqual([]);
  });

  it.each(tables)("Chinese messages have one word for a thing: $name", ({ table }) => {
    // The clouds that sell keys are 云平台, an answer is 响应, quotation marks are “”.
    const others = /云服务|[个的他]云(?!平台)|回答|[「」]/;
    expect(spokenTexts(table.zh).filter(([, text]) => others.test(text))).toEqual([]);
  });
});

describe("a code of the API", () => {
  it.each(errorCodes)("a code of the API has a sentence in both languages: %s", (code) => {
    expect(errorMessages.en[code]).toBeTypeOf("string");
    expect(errorMessages.zh[code]).toMatch(/\p{Script=Han}/u);
  });

  it("a wait for the server's pool has sentences in both languages, on both pages", () => {
    for (const table of [remedyMessages.en.waits, adminWatchMessages.en.waitsFor]) {
      expect(table.pool_unavailable).toBeTypeOf("string");
    }
    language.value = "en";
    expect(heldUpText("", "pool_unavailable")).toContain(remedyMessages.en.waits.pool_unavailable);
  });

  it("an unknown code gets the sentence of an unexpected error", () => {
    language.value = "en";
    expect(sentenceFor("of_a_later_version")).toBe(errorMessages.en.internal);
  });
});

describe("the language", () => {
  it.each([
    [["zh-CN", "en"], "zh"],
    [["de", "zh-TW", "en"], "zh"],
    [["en-GB", "zh"], "en"],
    [["fr"], "en"],
    [[], "en"],
  ])("the language of a browser that prefers %j is %s", (asked, expected) => {
    expect(preferred(asked)).toBe(expected);
  });

  it("the language selects the table and the format of numbers", () => {
    language.value = "zh";
    expect(messages({ en: "one", zh: "一" })).toBe("一");
    language.value = "en";
    expect(messages({ en: "one", zh: "一" })).toBe("one");
    expect(number(12_345)).toBe("12,345");
    expect([plural(1, "image", "images"), plural(0, "image", "images")]).toEqual(["1 image", "0 images"]);
  });
});

function leavesOf(value: object, before = ""): [string, unknown][] {
  return Object.entries(value).flatMap(([key, inner]): [string, unknown][] =>
    typeof inner === "object" && inner !== null ? leavesOf(inner, `${before}${key}.`) : [[`${before}${key}`, inner]],
  );
}

/** Every text; of a message with parts, what it says with one thing and with several. */
function spokenTexts(table: object): [string, string][] {
  const samples = [1, 2, ["§"], ["§", "§"], "§"];
  return leavesOf(table).flatMap(([key, value]): [string, string][] => {
    if (typeof value === "string") return [[key, value]];
    if (typeof value !== "function") return [];
    const texts = samples.map((part) => said(value as (...parts: unknown[]) => unknown, part));
    return [...new Set(texts.filter((text) => typeof text === "string"))].map((text) => [key, text]);
  });
}

/** @returns undefined where the message takes parts of another type. */
function said(message: (...parts: unknown[]) => unknown, part: unknown): unknown {
  try {
    return message(part, part, part);
  } catch {
    return undefined;
  }
}

const keysOf = (value: object): string[] =>
  leavesOf(value)
    .map(([key]) => key)
    .toSorted();

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
