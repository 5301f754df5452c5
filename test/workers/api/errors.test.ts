import { beforeEach, describe, expect, it } from "vitest";
import { errorKind } from "#shared/errors.ts";
import type { KnownRefusal } from "#shared/upstreams/dreamina/known-refusal.ts";
import { knownRefusals } from "#shared/upstreams/dreamina/refusals.ts";
import { call, type Stage, setStage } from "#test/workers/support/stage.ts";

let stage: Stage;
beforeEach(() => {
  stage = setStage();
});

type Failed = {
  status: string;
  error: string;
  error_code: string;
  error_info: {
    code: string;
    message: string;
    hint: string;
    retryable: boolean;
    upstream?: { ret?: string; key?: string; text?: string };
  };
};

/** What the poll of a task says that was made with this prompt and has come to its end. */
async function failed(prompt: string, headers: Record<string, string> = {}): Promise<Failed> {
  const id = await stage.task({ prompt });
  await stage.end(id);
  return (await poll(id, headers)).json();
}

const poll = (id: string, headers: Record<string, string> = {}) =>
  call(`/v1/images/tasks/${id}`, { headers: { authorization: `Bearer ${stage.session}`, ...headers } });

const chinese = { "accept-language": "zh-CN,zh;q=0.9,en;q=0.8" };
const han = /\p{Script=Han}/u;

/** Some refusals come with a fail code of another name (clients and captures of 2026). */
const failCodes: Record<string, string> = { "-6": "4013", "-4": "34070104", "1310": "exceed_model_parallel_max" };

const codes = knownRefusals.flatMap((row) => row.codes.map((code) => ({ code, row })));
const isWaitedFor = ({ row }: { row: KnownRefusal }) => row.code === "rate_limited";

/** The row that decides: that of the key where the upstream names one. */
const decisive = (row: KnownRefusal, { error_info: { upstream } }: Failed): KnownRefusal =>
  row.isGate ? row : (knownRefusals.find(({ keys }) => keys.includes(upstream?.key ?? "")) ?? row);

function expectTold(view: Failed, code: string, row: KnownRefusal) {
  const { code: ours, message, hint, retryable } = decisive(row, view);
  expect(view).toMatchObject({
    status: "failed",
    error_code: ours,
    error_info: { code: ours, hint: hint.en, retryable, upstream: { ret: code } },
  });
  expect(view.error).toBe(view.error_info.message);
  expect(view.error.startsWith(message.slice(0, -1))).toBe(true);
  // Where our own sentence cannot say which value or form was wrong, Dreamina's words go with it.
  const isVague = ours === "invalid_value" || ours === "upstream_changed";
  expect("text" in (view.error_info.upstream ?? {})).toBe(isVague);
}

describe("a submit that Dreamina refuses", () => {
  it.each(codes.filter((one) => !isWaitedFor(one)))(
    "a submit that Dreamina refuses with $code tells its caller why",
    async ({ code, row }) => {
      expectTold(await failed(`sim:ret-${code}`), failCodes[code] ?? code, row);
      expect(stage.jobs()).toEqual([]);
    },
  );

  it.each(codes.filter(isWaitedFor))(
    "a submit that Dreamina refuses with $code for a while is tried until the deadline",
    async ({ code }) => {
      const id = await stage.task({ prompt: `sim:ret-${code}` });
      for (let moves = 0; moves < 6; moves += 1) await stage.move();
      expect(await stage.view(id)).toMatchObject({ status: "pending" });

      stage.advance(24 * 60 * 60);
      await stage.end(id);

      const view = (await (await poll(id, chinese)).json()) as Failed;
      expect(view).toMatchObject({ error_code: "timeout", error_info: { retryable: true } });
      expect(view.error_info.hint).toBe(errorKind("timeout").hint.zh);
    },
  );
});

describe("a job that Dreamina lets fail", () => {
  const positive = codes.filter(({ code }) => /^\d+$/.test(code));

  it.each(positive)("a job that Dreamina lets fail with $code tells its caller why", async ({ code, row }) => {
    expectTold(await failed(`sim:fail-${code}`), code, row);
  });
});

describe("a job that fails with a message key alone", () => {
  const keys = knownRefusals.flatMap((row) => row.keys.map((key) => ({ key, row })));

  it.each(keys)(
    "a job that fails with only a message key tells its caller why: $key",
    async ({ key, row: { code, hint, retryable } }) => {
      expect(await failed(`sim:fail-key-${key}`)).toMatchObject({
        error_code: code,
        error_info: { code, hint: hint.en, retryable, upstream: { key } },
      });
    },
  );
});

describe("the hint of a failed task", () => {
  it("the hint of a failed task is in Chinese for Chinese callers, and the message stays English", async () => {
    const id = await stage.task({ prompt: "sim:ret-1006" });
    await stage.end(id);

    const answer = await poll(id, chinese);
    const view = (await answer.json()) as Failed;

    expect(answer.headers.get("content-language")).toBe("zh");
    expect(view.error_info.hint).toMatch(/积分/);
    expect(view.error).not.toMatch(han);
  });

  it("the hint of a failed task is in English for all other callers", async () => {
    const id = await stage.task({ prompt: "sim:ret-1006" });
    await stage.end(id);

    for (const languages of ["", "fr", "en-GB,zh;q=0.5"]) {
      const answer = await poll(id, { "accept-language": languages });
      expect(answer.headers.get("content-language")).toBe("en");
      expect(((await answer.json()) as Failed).error_info.hint).toMatch(/credits/);
    }
  });

  it("the hint of a failed task is that of its code when Dreamina gave no reason", async () => {
    const view = await failed("sim:no-images", chinese);
    expect(view.error_info.hint).toBe(errorKind("upstream_failed").hint.zh);
  });
});

describe("a refused request", () => {
  it("the hint of a refused request is in the caller's language", async () => {
    const answer = await call("/nowhere", { headers: chinese });
    const { error } = (await answer.json()) as { error: { message: string; hint: string } };

    expect(answer.headers.get("content-language")).toBe("zh");
    expect(error.hint).toBe(errorKind("not_found").hint.zh);
    expect(error.message).not.toMatch(han);
  });
});

describe("an unknown code", () => {
  it("an unknown code reaches the caller and the log with Dreamina's own words", async () => {
    const words = "a new refusal";
    refuseSubmits({ ret: "987654", errmsg: words, data: { fail_code: "987654", fail_starling_key: "new_key" } });

    const view = await failed("a lighthouse");

    expect(view.error).toContain("987654");
    expect(view.error_info).toMatchObject({
      code: "upstream_failed",
      retryable: true,
      upstream: { ret: "987654", key: "new_key", text: words },
    });
    expect(view.error_info.hint).toMatch(/Dreamina's code and text/);
    const logged = stage.logs.find((line) => line.includes("upstream_failure")) ?? "{}";
    expect(JSON.parse(logged)).toMatchObject({ ret: "987654", key: "new_key", text: words });
  });

  it("an unknown code reveals nothing of the session, whatever Dreamina repeats", async () => {
    const secret = stage.session.replace(/^sg-/, "");
    const words = `${"x".repeat(185)} ${secret}\u0000 <b>`;
    refuseSubmits({ ret: `9${secret}`, errmsg: words, data: { fail_starling_key: secret } });

    const view = await failed("a lighthouse");

    expect(view.error_info.upstream?.text?.length).toBeLessThanOrEqual(200);
    for (const text of [JSON.stringify(view), ...stage.logs]) expect(text).not.toContain(secret.slice(0, 10));
  });

  /** From now on every submit gets this answer. */
  function refuseSubmits(envelope: object) {
    const whole = stage.fetched.getMockImplementation();
    stage.fetched.mockImplementation(async (input, init) => {
      if ((input as Request).url.includes("/aigc_draft/generate")) return Response.json(envelope);
      if (whole === undefined) throw new Error("the stage has no upstream");
      return whole(input, init);
    });
  }
});
