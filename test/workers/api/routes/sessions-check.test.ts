import { beforeEach, describe, expect, it } from "vitest";
import { call, type Stage, setStage, storing } from "#test/workers/support/stage.ts";

let stage: Stage;

beforeEach(() => {
  stage = setStage();
});

type Row = { session: string; region: string; message: string } & Record<string, unknown>;

async function check(sessions: string[], headers: Record<string, string> = {}) {
  const init = { method: "POST", headers: { authorization: `Bearer ${sessions.join(",")}`, ...headers } };
  const answer = await call("/v1/sessions/check", init);
  const body = (await answer.json()) as { object: string; data: Row[] };
  return { answer, body, rows: body.data };
}

describe("a session", () => {
  it.each([
    ["demo-cn-0001", "cn", ["cn"]],
    ["us-demo-us-0001", "us", ["us"]],
    ["hk-demo-sg-0001", "hk", ["hk", "jp", "sg"]],
    ["sg-demo-sg-0001", "sg", ["hk", "jp", "sg"]],
  ])("a valid session (%s) is alive, with its balance, after one call", async (session, region, answers_in) => {
    const { answer, body, rows } = await check([session]);

    expect(answer.status).toBe(200);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(body.object).toBe("list");
    expect(rows).toMatchObject([{ region, alive: true, answers_in, credits: { total: 1000 } }]);
    expect(rows[0]).not.toHaveProperty("error_code");
    expect(stage.calls("credits")).toBe(1);
    expect(await storing()).toEqual([]);
  });

  it.each([
    ["demo-us-0001", ["us"], "with the prefix us-"],
    ["us-demo-sg-0001", ["hk", "jp", "sg"], "with the prefix hk-, jp- or sg-, whichever is the account's country."],
    ["hk-demo-cn-0001", ["cn"], "without a prefix"],
  ])("a session with the wrong prefix (%s) is told the right one", async (session, answers_in, advice) => {
    const { rows } = await check([session]);

    expect(rows).toMatchObject([{ alive: true, answers_in, credits: { total: 1000 }, error_code: "session_expired" }]);
    expect(rows[0]?.message).toContain(advice);
  });

  it("a session that no site accepts is dead, after three calls", async () => {
    const { rows } = await check(["us-demo-us-expired"]);

    expect(rows).toMatchObject([
      {
        alive: false,
        answers_in: null,
        credits: null,
        error_code: "session_expired",
        hint: expect.stringMatching(/\S/),
      },
    ]);
    expect(stage.calls("credits")).toBe(3);
  });

  const unknown = "us-0123456789abcdef0123456789abcdef";

  it.each([
    ["en", /copy the new sessionid cookie; the prefix is not at fault: .*without a prefix, with us- and with hk-, jp-/],
    ["zh-CN", /复制新的 sessionid Cookie；问题不在前缀.*不加前缀、加 us-/],
  ])(
    "a session that no site accepts is not told to check its prefix, but which ones were tried (%s)",
    async (language, hint) => {
      const { rows } = await check([unknown], { "accept-language": language });
      expect(rows[0]).toMatchObject({ alive: false, message: expect.stringContaining("expired") });
      expect(rows[0]?.hint).toMatch(hint);
      expect(rows[0]?.hint).not.toMatch(/check the (region )?prefix|检查区域前缀/);
    },
  );

  it.each([
    ["en", /copy the value of the cookie sessionid and nothing else/i],
    ["zh-CN", /只复制 sessionid Cookie 的值/],
  ])(
    "a dead session that does not look like one is told so, and nothing else is cleared of blame (%s)",
    async (language, hint) => {
      const { rows } = await check(["us-demo-us-expired"], { "accept-language": language });
      expect(rows[0]?.message).toMatch(/none of the usual kind: it has 15 characters, not 32/);
      expect(rows[0]?.hint).toMatch(hint);
      expect(rows[0]?.hint).not.toMatch(/not at fault|问题不在/);
    },
  );

  it.each([
    ["us:demo-us-1001", "us"],
    ["US demo-us-1002", "us"],
    ["hk-hk-demo-sg-1003", "hk"],
    ["cn-demo-cn-1004", "cn"],
    ["sessionid=demo-cn-1005", "cn"],
    ["us-sessionid_ss=demo-us-1006", "us"],
    ["sid_guard=x%7C1; sessionid=sg-demo-sg-1007; store-idc=alisg", "sg"],
    ['"us-demo-us-1008";', "us"],
  ])("a session is alive however it was written: %s", async (session, region) => {
    expect((await check([session])).rows).toMatchObject([{ region, alive: true, credits: { total: 1000 } }]);
  });

  it.each([
    ["tw-demo-sg-1009", /begins with tw-, .* take hk-/],
    ["uk-demo-sg-1010", /begins with uk-, .* take sg-/],
    ["us-hk-demo-sg-1011", /us- and hk-/],
  ])("a session with a prefix that is none is refused before any site is asked: %s", async (session, message) => {
    const { answer, body } = await check([session]);
    expect(answer.status).toBe(401);
    expect(body).toMatchObject({ error: { code: "unauthorized", message: expect.stringMatching(message) } });
    expect(stage.fetched).not.toHaveBeenCalled();
  });

  it("a session whose site cannot be reached is neither alive nor dead", async () => {
    stage.simulator.addFault({ endpoint: "credits", fault: "503" });
    const { rows } = await check(["sg-demo-sg-0001"]);

    expect(rows).toMatchObject([{ alive: null, answers_in: null, credits: null, error_code: "upstream_unreachable" }]);
    expect(stage.calls("credits")).toBe(1);
  });

  it("a session refused by its site is not called dead while another site cannot be asked", async () => {
    const ordinary = stage.fetched.getMockImplementation() as typeof fetch;
    stage.fetched.mockImplementation(async (...given) => {
      if (new URL((given[0] as Request).url).host === "jimeng.jianying.com") throw new TypeError("fetch failed");
      return ordinary(...given);
    });
    const { rows } = await check(["us-demo-us-expired"]);

    expect(rows).toMatchObject([{ alive: null, answers_in: null, error_code: "upstream_unreachable" }]);
    expect(rows[0]?.message).toMatch(/does not take this session.*could not be asked/);
  });
});

describe("the answer", () => {
  it("the answer has a row for each session, masked, whatever became of the others", async () => {
    const long = "demo-us-0123456789abc3f9";
    const { answer, rows } = await check([`us-${long}`, "jp-demo-sg-expired", "demo-cn-0001"]);

    expect(answer.status).toBe(200);
    expect(new Set(rows.map(({ region, alive }) => `${region} ${alive}`))).toEqual(
      new Set(["us true", "jp false", "cn true"]),
    );
    expect(rows.find(({ region }) => region === "us")?.session).toBe("us-…c3f9");
    expect(JSON.stringify(rows) + stage.logs.join("")).not.toContain(long);
  });

  it("the answer has hints in the caller's language", async () => {
    const { rows } = await check(["demo-cn-expired"], { "accept-language": "zh-CN,zh;q=0.9" });
    expect(rows[0]?.hint).toMatch(/\p{Script=Han}/u);
  });

  it("a check of fifteen dead sessions makes 45 calls, within the limit of a Worker", async () => {
    const { rows } = await check(Array.from({ length: 15 }, (_, index) => `us-demo-us-expired-${index}`));

    expect(rows.every(({ alive }) => alive === false)).toBe(true);
    expect(stage.calls("credits")).toBe(45);
  });

  it("a check of more sessions is refused, naming the limit", async () => {
    const { answer, body } = await check(Array.from({ length: 16 }, (_, index) => `us-demo-us-${index}`));

    expect(answer.status).toBe(400);
    expect(body).toMatchObject({
      error: { code: "invalid_value", param: "authorization", message: expect.stringContaining("15") },
    });
    expect(stage.fetched).not.toHaveBeenCalled();
  });

  it("a check without a session is refused", async () => {
    expect((await call("/v1/sessions/check", { method: "POST" })).status).toBe(401);
  });
});
