import { describe, expect, test } from "vitest";
import { aCall, aSubmit, frozen, type Parts, paths, requestOf, send } from "./support.ts";

type Change = (parts: Parts) => void;
const header =
  (name: string, value?: string): Change =>
  ({ headers }) => {
    if (value === undefined) delete headers[name];
    else headers[name] = value;
  };
const query =
  (name: string, value?: string): Change =>
  (parts) => {
    if (value === undefined) delete parts.query[name];
    else parts.query[name] = value;
  };

const refusals: [what: string, ret: string, change: Change][] = [
  ["a wrong Sign", "1014", header("sign", "0".repeat(32))],
  ["a Device-Time in milliseconds", "1014", header("device-time", "1771893826000")],
  ["a Device-Time that was not signed", "1014", header("device-time", "1771893826")],
  ["a missing Sign", "3018", header("sign")],
  ["a missing Appvr", "3018", header("appvr")],
  ["a missing Device-Time", "3018", header("device-time")],
  ["an old Appvr", "3018", header("appvr", "5.8.0")],
  ["the Appid of another cluster", "3018", header("appid", "513695")],
  ["a missing cookie", "1015", header("cookie")],
  ["an unknown session", "1015", header("cookie", "sessionid=stranger; sessionid_ss=stranger")],
  ["a session of another cluster", "1015", header("cookie", "sessionid=demo-us; sessionid_ss=demo-us")],
  ["an expired session", "1015", header("cookie", "sessionid=demo-sg-expired; sessionid_ss=demo-sg-expired")],
  ["a missing sessionid_ss", "1015", header("cookie", "sessionid=demo-sg")],
  ["a wrong aid", "1000", query("aid", "513695")],
  ["a missing aid", "1000", query("aid")],
  ["a missing da_version", "1000", query("da_version")],
  ["a missing region", "1000", query("region")],
  ["the region of another cluster", "1000", query("region", "US")],
  ["an unknown query parameter", "1000", query("daversion", "3.3.28")],
];

describe("a call", () => {
  test.each(refusals)("a call with %s is refused with %s", async (_, ret, change) => {
    const parts = aSubmit();
    change(parts);
    expect((await send(frozen(), parts)).ret).toBe(ret);
  });

  test.each(["cn", "us", "sg"] as const)("a correct call is accepted on %s", async (cluster) => {
    expect(await send(frozen(), aSubmit({ cluster }))).toMatchObject({ ret: "0", errmsg: "success" });
  });

  test.each(["HK", "JP", "DE"])("a call for the region %s is served by the SG cluster", async (region) => {
    const parts = aSubmit();
    parts.query.region = region;
    expect((await send(frozen(), parts)).ret).toBe("0");
  });

  test("a call on CN needs a webId that is also in its cookie", async () => {
    const without = aSubmit({ cluster: "cn" });
    delete without.query.webId;
    expect((await send(frozen(), without)).ret).toBe("1000");
    const other = aSubmit({ cluster: "cn" });
    other.query.webId = "7500000000000000002";
    expect((await send(frozen(), other)).ret).toBe("4013");
  });

  test("a refusal has HTTP status 200", async () => {
    const parts = aSubmit();
    header("sign")(parts);
    const response = await frozen().fetch(requestOf(parts));
    expect(response.status).toBe(200);
  });

  test("a call to a wrong host or path is answered with 404 in plain text", async () => {
    for (const url of [
      "https://mweb-api-sg.capcut.com/mweb/v1/nothing",
      "https://example.com/mweb/v1/aigc_draft/generate",
      "http://127.0.0.1:9000/example.com/mweb/v1/aigc_draft/generate",
      "https://commerce-api-sg.capcut.com/mweb/v1/aigc_draft/generate",
    ]) {
      const response = await frozen().fetch(url, { method: "POST", body: "{}" });
      expect(response.status).toBe(404);
      expect(response.headers.get("content-type")).toContain("text/plain");
    }
  });

  test("a call may name the real host as the first path segment of any origin", async () => {
    const parts = aSubmit();
    parts.origin = "http://127.0.0.1:9000/mweb-api-sg.capcut.com";
    expect((await send(frozen(), parts)).ret).toBe("0");
  });

  test("an added session is accepted on its own cluster only", async () => {
    const simulator = frozen();
    const session = "0123456789abcdef0123456789abcdef";
    simulator.addAccount({ session, cluster: "us" });
    expect((await send(simulator, aSubmit({ cluster: "us", session }))).ret).toBe("0");
    expect((await send(simulator, aSubmit({ cluster: "sg", session }))).ret).toBe("1015");
  });

  test("international commerce refuses a dead session with 34010105, CN's with 1015", async () => {
    expect((await send(frozen(), aCall("sg", "stranger", paths.credits, {}))).ret).toBe("34010105");
    expect((await send(frozen(), aCall("cn", "stranger", paths.credits, {}))).ret).toBe("1015");
  });
});

describe("the anti-bot check", () => {
  const antiBotParameters = { msToken: "m", "X-Bogus": "b", "X-Gnarly": "g" };

  test("the anti-bot check refuses an international submit without the browser's parameters with -6 and 4013", async () => {
    const answer = await send(frozen({ antiBot: true }), aSubmit());
    expect(answer).toMatchObject({ ret: "-6", data: { aigc_data: null, fail_code: "4013" } });
  });

  test("the anti-bot check accepts a submit with the browser's parameters, a submit on CN, and reads", async () => {
    const simulator = frozen({ antiBot: true });
    const withParameters = aSubmit();
    Object.assign(withParameters.query, antiBotParameters);
    expect((await send(simulator, withParameters)).ret).toBe("0");
    expect((await send(simulator, aSubmit({ cluster: "cn" }))).ret).toBe("0");
    expect((await send(simulator, aCall("sg", "demo-sg", paths.history, { history_ids: ["1"] }))).ret).toBe("0");
  });
});
