import { beforeEach, describe, expect, it } from "vitest";
import { errorCauses } from "#api/docs/causes.ts";
import { errorCodes, errorKind } from "#shared/errors.ts";
import { languages } from "#shared/language.ts";
import { knownRefusals } from "#shared/upstreams/dreamina/refusals.ts";
import { call, setStage } from "#test/workers/support/stage.ts";

beforeEach(() => {
  setStage();
});

const open = (path = "/docs", headers: Record<string, string> = {}) => call(path, { headers });
const pageAt = async (path?: string, headers?: Record<string, string>) => (await open(path, headers)).text();

const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };

/** What a reader sees of a piece of markup; code as in our own texts, between backticks. */
const textOf = (markup: string): string =>
  markup
    .replace(/<\/?code>/g, "`")
    .replace(/<[^>]*>/g, "")
    .replace(/&(amp|lt|gt|quot|#39);/g, (_all, name: string) => entities[name] ?? "");

/** The element with this id, to the end of its like. */
function at(page: string, id: string, end: string): string {
  const start = page.indexOf(`id="${id}"`);
  expect(start, id).toBeGreaterThan(0);
  return textOf(page.slice(start, page.indexOf(end, start)));
}

describe("the page", () => {
  it("every error code has one anchor, with cause and hint in English and in Chinese", async () => {
    for (const lang of languages) {
      const page = await pageAt(`/docs?lang=${lang}`);
      for (const code of errorCodes) {
        expect(page.split(`id="errors-${code}"`), code).toHaveLength(2);
        const place = at(page, `errors-${code}`, "</article>");
        const { hint, status } = errorKind(code);
        for (const language of languages) {
          expect(place).toContain(errorCauses[code][language]);
          expect(place).toContain(hint[language]);
        }
        expect(place).toContain(String(status));
      }
    }
  });

  it("every code and key of Dreamina is listed with the error code it becomes here", async () => {
    const page = await pageAt();
    const table = page.slice(page.indexOf('id="dreamina"'));
    const rows = table.slice(table.indexOf("<tbody>")).split("</tr>");
    for (const { codes, keys, code, hint, message } of knownRefusals) {
      for (const name of [...codes, ...keys]) {
        const row = rows.find((markup) => markup.includes(`<code>${name}</code>`)) ?? "";
        expect(row).toContain(`href="#errors-${code}"`);
        for (const part of [message, hint.en, hint.zh]) expect(textOf(row)).toContain(part);
      }
    }
  });

  it("every link within the page leads to an anchor", async () => {
    const page = await pageAt();
    const targets = [...page.matchAll(/href="#([^"]+)"/g)].map(([, target]) => target);

    expect(targets.length).toBeGreaterThan(errorCodes.length);
    for (const target of new Set(targets)) expect(page).toContain(`id="${target}"`);
  });

  it("the samples of a submit and a poll can be pasted and have the address the caller used", async () => {
    const samples = (await pageAt()).split("<pre").slice(1).map(textOf);

    expect(samples[0]).toContain("curl https://api.test/v1/images/generations \\");
    expect(samples[0]).toContain('-d \'{"prompt":');
    expect(samples[1]).toContain("curl https://api.test/v1/images/tasks/TASK_ID \\");
  });

  it("every prefix of a session is explained in both languages", async () => {
    for (const lang of languages) {
      const guide = at(await pageAt(`/docs?lang=${lang}`), "guide", "</section>");
      for (const prefix of ["us-", "hk-", "jp-", "sg-", ""]) expect(guide).toContain(`\`${prefix}<sessionid>\``);
    }
  });
});

describe("the language", () => {
  it.each([
    ["/docs", "", "en"],
    ["/docs", "de, fr;q=0.5", "en"],
    ["/docs", "zh-CN,zh;q=0.9,en;q=0.8", "zh"],
    ["/docs?lang=zh", "en", "zh"],
    ["/docs?lang=en", "zh-CN", "en"],
    ["/docs?lang=fr", "zh-CN", "zh"],
  ])("the language of %s for a browser that prefers '%s' is %s", async (path, preferred, language) => {
    const answer = await open(path, { "accept-language": preferred });

    expect(answer.headers.get("content-language")).toBe(language);
    expect(answer.headers.get("vary")).toMatch(/accept-language/i);
    const page = await answer.text();
    expect(page).toContain(language === "zh" ? '<html lang="zh-CN">' : '<html lang="en">');
    expect(page).toContain(language === "zh" ? "<h1>错误码</h1>" : "<h1>Errors</h1>");
    expect(page).toContain(`href="?lang=${language === "zh" ? "en" : "zh"}"`);
  });
});

describe("the page's policy", () => {
  it("the page's policy allows nothing from elsewhere and no inline script", async () => {
    const answer = await open();
    const policy = answer.headers.get("content-security-policy") ?? "";

    expect(answer.headers.get("content-type")).toMatch(/^text\/html/);
    expect(policy.split("; ")).toEqual(
      expect.arrayContaining(["default-src 'none'", "script-src 'self'", "connect-src 'self'", "base-uri 'none'"]),
    );
    expect(policy).not.toMatch(/https?:|\*|unsafe-eval|script-src[^;]*unsafe/);
    const page = await answer.text();
    const loaded = [...page.matchAll(/<(?:script|link|img)[^>]+(?:src|href)="([^"]+)"/g)].map(([, address]) => address);
    expect(loaded).toEqual(["/docs/icon.svg", "/docs/settings.js", "/docs/page.css", "/docs/page.js"]);
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|\son\w+=|style="/);
  });

  it("the page does not repeat the query of its address as markup", async () => {
    for (const path of ["/docs?<script>alert(1)</script>", '/docs?lang="><script>alert(1)</script>']) {
      expect(await pageAt(path)).not.toContain("alert(1)");
    }
  });
});

it("the API does not answer at the address of the web page", async () => {
  expect((await call("/", { redirect: "manual" })).status).toBe(404);
});
