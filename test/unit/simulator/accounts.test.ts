import { describe, expect, test } from "vitest";
import type { Simulator } from "#test/simulator/app.ts";
import { aCall, aSubmit, type Cluster, frozen, linksOf, noon, paths, recordAfter, send, submitOk } from "./support.ts";

const call = (simulator: Simulator, path: string, body: unknown, session = "demo-sg", cluster: Cluster = "sg") => {
  const parts = aCall(cluster, session, path, body);
  parts.query.os = "windows";
  if (path.startsWith("/commerce/")) parts.query = {};
  return send<Record<string, unknown>>(simulator, parts);
};

const login = {
  cn: ["POST", "https://jimeng.jianying.com/passport/account/info/v2?account_sdk_source=web"],
  us: ["GET", "https://dreamina.capcut.com/passport/web/account/info/?aid=513641&account_sdk_source=web"],
  sg: ["GET", "https://dreamina.capcut.com/passport/web/account/info/?aid=513641&account_sdk_source=web"],
} as const;

async function loggedIn(cluster: Cluster, session: string): Promise<unknown> {
  const [method, url] = login[cluster];
  const init = { method, headers: { cookie: `sessionid=${session}` }, ...(method === "POST" && { body: "{}" }) };
  return (await frozen().fetch(url, init)).json();
}

describe("the login service", () => {
  test.each(["cn", "us", "sg"] as const)("the login service accepts a session of %s", async (cluster) => {
    expect(await loggedIn(cluster, `demo-${cluster}`)).toMatchObject({
      message: "success",
      data: { user_id: expect.any(Number), app_id: cluster === "cn" ? 513695 : 513641 },
    });
  });

  test.each([
    ["cn", "stranger"],
    ["cn", "demo-us"],
    ["sg", "demo-cn"],
    ["us", "demo-us-expired"],
  ] as const)("the login service of %s answers error 13 to the session %s", async (cluster, session) => {
    expect(await loggedIn(cluster, session)).toMatchObject({ message: "error", data: { error_code: 13 } });
  });
});

describe("user info", () => {
  test("user info is refused with 1015 for a dead session and for one of another cluster", async () => {
    const ret = async (session: string) => (await call(frozen(), "/mweb/v1/get_user_info", {}, session)).ret;
    expect(await ret("demo-sg")).toBe("0");
    expect(await ret("demo-sg-expired")).toBe("1015");
    expect(await ret("demo-us")).toBe("1015");
  });
});

describe("a moved session", () => {
  test.each([
    ["demo-us-moved", "us", "sg"],
    ["demo-sg-moved2", "sg", "us"],
    ["demo-cn-moved", "cn", "us"],
  ] as const)("the moved session %s is refused on %s and accepted on %s", async (session, named, real) => {
    expect((await send(frozen(), aSubmit({ cluster: named, session }))).ret).toBe("1015");
    expect((await send(frozen(), aSubmit({ cluster: real, session }))).ret).toBe("0");
  });
});

describe("an unconfirmed account", () => {
  test("a submit of an unconfirmed account is refused with 4010 until it confirms", async () => {
    const simulator = frozen();
    const session = "demo-sg-unconfirmed";
    const submit = async () => (await send(simulator, aSubmit({ session }))).ret;
    const confirmed = async () => (await call(simulator, "/mweb/v1/get_settings", {}, session)).data;
    expect(await submit()).toBe("4010");
    expect(await confirmed()).toMatchObject({ user_custom_settings: { aigc_compliance_confirmed: false } });
    const change = { custom_settings: { aigc_compliance_confirmed: true } };
    expect((await call(simulator, "/mweb/v1/update_settings", change, session)).ret).toBe("0");
    expect(await confirmed()).toMatchObject({ user_custom_settings: { aigc_compliance_confirmed: true } });
    expect(await submit()).toBe("0");
  });
});

describe("the daily claim", () => {
  const claim = (simulator: Simulator, cluster: Cluster, session = `demo-${cluster}-nocredit`) =>
    call(simulator, paths.claim, { time_zone: "Asia/Shanghai" }, session, cluster);

  test("the daily claim gives 66 credits once a day in Beijing", async () => {
    let now = noon;
    const simulator = frozen({ now: () => now });
    expect((await claim(simulator, "cn")).data).toEqual({
      cur_total_credits: 66,
      receive_quota: 66,
      is_first_receive: true,
      has_popup: false,
      receive_inter_days: 1,
    });
    expect((await claim(simulator, "cn")).data).toMatchObject({ cur_total_credits: 66, receive_quota: 0 });
    // 16:00 UTC is midnight in Beijing, when gifts expire.
    now += 4 * 3_600_000;
    expect((await claim(simulator, "cn")).data).toMatchObject({ cur_total_credits: 66, receive_quota: 66 });
  });

  test("an international claim without the browser's parameters is refused with -4 unless the setting is off", async () => {
    const simulator = frozen();
    expect((await claim(simulator, "sg")).ret).toBe("-4");
    const parts = aCall("sg", "demo-sg", paths.claim, { time_zone: "Asia/Shanghai" });
    parts.query = { msToken: "m", "X-Bogus": "b", "X-Gnarly": "g" };
    expect((await send(simulator, parts)).ret).toBe("0");
    simulator.changeSettings({ antiBotOnClaim: false });
    expect((await claim(simulator, "us")).ret).toBe("0");
  });

  test("a claim of an account that has claimed already gives no credits", async () => {
    expect((await claim(frozen(), "cn", "demo-cn-claimed")).data).toMatchObject({ receive_quota: 0 });
  });

  test("a claim is listed in the ledger", async () => {
    const simulator = frozen();
    await claim(simulator, "cn", "demo-cn");
    simulator.moveClock({ advanceSeconds: 5 });
    const { data } = await call(simulator, paths.ledger, { count: 20, cursor: "0" }, "demo-cn", "cn");
    expect(data).toMatchObject({ records: [{ amount: 66, history_type: 1 }] });
  });
});

test("gift credits expire when the day ends in Beijing", async () => {
  let now = noon;
  const simulator = frozen({ now: () => now, defaultCredits: 100 });
  await submitOk(simulator);
  expect(simulator.state().accounts[0]?.credits).toBe(96);
  now += 4 * 3_600_000;
  expect(simulator.state().accounts[0]?.credits).toBe(34);
});

describe("the configuration", () => {
  test("the configuration lists the cluster's models with resolutions, sizes, counts and inputs", async () => {
    const { data } = await call(frozen(), "/mweb/v1/get_common_config", {});
    const models = data.model_list as { model_req_key: string; resolution_map: object }[];
    expect(models.map(({ model_req_key }) => model_req_key)).not.toContain("high_aes_general_v50_flash");
    const model = models.find(({ model_req_key }) => model_req_key === "high_aes_general_v40l");
    expect(model).toMatchObject({
      model_name: "4.5",
      generate_count_options: [1, 2, 3, 4, 5, 6, 7, 8],
      default_generate_count: 4,
      input_image_limit: [{ ability_name: "byte_edit", max_image_num: 10 }],
      default_resolution_type: "2k",
    });
    expect(Object.keys(model?.resolution_map ?? {})).toEqual(["2k", "4k"]);
    expect(model?.resolution_map).toMatchObject({
      "2k": {
        image_ratio_sizes: expect.arrayContaining([{ ratio_type: 3, width: 2560, height: 1440 }]),
      },
    });
  });
});

describe("small calls", () => {
  test("only the default workspace is listed and can be updated", async () => {
    const simulator = frozen();
    expect((await call(simulator, "/mweb/v1/workspace/list", {})).data).toMatchObject({
      workspaces: [{ workspace_id: 0 }],
    });
    expect((await call(simulator, "/mweb/v1/workspace/update", { workspace_id: 0 })).ret).toBe("0");
    expect((await call(simulator, "/mweb/v1/workspace/update", { workspace_id: 5 })).ret).toBe("1000");
  });

  test("only the owner of an image gets a new link to it by its uri", async () => {
    const simulator = frozen({ linkLifeSeconds: 0 });
    const record = await recordAfter(simulator, { resolution: "1k" }, 14);
    expect((await simulator.fetch(linksOf(record)[0] ?? "")).status).toBe(403);
    simulator.changeSettings({ linkLifeSeconds: 60 });
    const uri = new URL(linksOf(record)[0] ?? "").pathname.slice(1).split("~")[0] ?? "";
    const ask = (body: unknown, session?: string) => call(simulator, "/mweb/v1/get_image_by_uri", body, session);
    const { data } = await ask({ uris: [uri, "tos-x/1"] });
    const found = data.uri2image as Record<string, { image_url: string }>;
    expect(Object.keys(found)).toEqual([uri]);
    expect((await simulator.fetch(found[uri]?.image_url ?? "")).status).toBe(200);
    expect((await ask({ uris: [uri] }, "demo-sg-2")).data).toEqual({ uri2image: {} });
    expect((await ask({ uri })).ret).toBe("1000");
  });

  test("only the owner can remove a job, which is not refunded", async () => {
    const simulator = frozen();
    const { history_record_id } = await recordAfter(simulator, {}, 14);
    const remove = (session?: string) =>
      call(simulator, "/mweb/v1/remove_history", { id_list: [history_record_id] }, session);
    expect((await remove("demo-sg-2")).ret).toBe("1000");
    expect((await remove()).ret).toBe("0");
    expect(simulator.state().jobs).toMatchObject([{ status: 100, charged: 4, refunded: 0 }]);
  });
});
