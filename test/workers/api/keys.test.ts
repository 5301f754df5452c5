/** Keys in the Authorization header: how they are written, what they may use, and what answers say about them. */
import { beforeEach, describe, expect, it } from "vitest";
import { aKey, aSession, call, type Stage, setStage, submitInit, submitPath } from "#test/workers/support/stage.ts";

let stage: Stage;
let key: string;
beforeEach(() => {
  stage = setStage({ arkSeconds: 0 });
  key = aKey();
});

const submit = (authorization: string, body: object = {}) =>
  call(submitPath, submitInit(authorization, { prompt: "a lighthouse", ...body }));
const errorOf = async (answer: Response) => ((await answer.json()) as { error: Record<string, unknown> }).error;
const get = async (path: string, authorization?: string) => {
  const init = authorization === undefined ? {} : { headers: { authorization: `Bearer ${authorization}` } };
  return (await (await call(path, init)).json()) as { data: Record<string, unknown>[] };
};

describe("a key that is written wrongly", () => {
  it.each([
    "ark-1a2b3c4d-1111-2222-3333-444455556666-abcde",
    "1a2b3c4d-1111-2222-3333-444455556666",
    "ark-us-demo-key-us-simulator",
    "ark-ap-short",
  ])("it gets a 401 that names the three spellings, and is never sent (%s)", async (written) => {
    const answer = await submit(written);
    expect(answer.status).toBe(401);
    const { message } = await errorOf(answer);
    for (const spelling of ["ark-cn-", "ark-ap-", "ark-eu-"]) expect(message).toContain(spelling);
    expect(message).not.toContain("444455556666");
    expect(stage.fetched).not.toHaveBeenCalled();
  });

  it("a key of another cloud is refused by its own cloud only", async () => {
    const answer = await submit(key.replace("ark-ap-", "ark-eu-"));
    const { id } = (await answer.json()) as { id: string };
    const view = await stage.end(id, key.replace("ark-ap-", "ark-eu-"));
    expect(view).toMatchObject({ status: "failed", error_code: "key_refused" });
    const hosts = stage.fetched.mock.calls.map(([request]) => new URL((request as Request).url).host);
    expect(new Set(hosts)).toEqual(new Set(["ark.eu-west.bytepluses.com"]));
  });
});

describe("a header with sessions and keys", () => {
  it("a model of the sites goes to the sessions, a Seedream model to the keys", async () => {
    const both = `${key}, ${aSession()}`;
    const models: string[] = [];
    for (const model of ["dreamina-4.5", "seedream-4.5"]) {
      const { id } = (await (await submit(both, { model, n: 1, resolution: "2k" })).json()) as { id: string };
      const view = (await stage.end(id, both)) as unknown as { model: string; status: string };
      expect(view.status).toBe("completed");
      models.push(view.model);
    }
    expect(models).toEqual(["dreamina-4.5", "seedream-4.5"]);
    expect(stage.jobs()).toHaveLength(1);
    expect(stage.paidCalls()).toHaveLength(1);
  });

  it("either of them reads the task", async () => {
    const session = aSession();
    const { id } = (await (await submit(`${key},${session}`, { model: "seedream-4.5" })).json()) as { id: string };
    expect((await stage.poll(id, session)).status).toBe(200);
    expect((await stage.poll(id, key)).status).toBe(200);
    expect((await stage.poll(id, aKey())).status).toBe(404);
  });

  it("a refused key is replaced by the next one", async () => {
    const keys = `${aKey("flagged")},${aKey()}`;
    const { id } = (await (await submit(keys, { model: "seedream-5.0-flash" })).json()) as { id: string };
    expect(await stage.end(id, keys)).toMatchObject({ status: "completed" });
  });
});

describe("a request with a key", () => {
  it.each([
    [{ negative_prompt: "fog" }, "negative_prompt"],
    [{ sample_strength: 0.7 }, "sample_strength"],
    [{ model: "seedream-5.5", seed: 7 }, "seed"],
    [{ model: "seedream-4.5", output_format: "png" }, "output_format"],
    [{ model: "seedream-5.5", resolution: "4k" }, "resolution"],
    [{ model: "nanobanana" }, "model"],
    [{ n: 11 }, "n"],
  ])("what the model has no place for is refused before anything is spent (%j)", async (body, param) => {
    const answer = await submit(key, body);
    expect(answer.status).toBe(400);
    expect(await errorOf(answer)).toMatchObject({ param });
    expect(stage.fetched).not.toHaveBeenCalled();
  });
});

describe("GET /v1/models", () => {
  const ids = async (authorization?: string) => (await get("/v1/models", authorization)).data.map(({ id }) => id);

  it("without authorization it lists the models of sites and clouds", async () => {
    expect(await ids()).toEqual(expect.arrayContaining(["dreamina-4.5", "seedream-5.5", "seedream-4.0"]));
  });

  it("with a key it lists what its cloud still has, and asks the cloud once", async () => {
    const cn = key.replace("ark-ap-demo-key-ap", "ark-cn-demo-key-cn");
    expect(await ids(cn)).toEqual(["seedream-5.5", "seedream-5.0-pro", "seedream-5.0-flash"]);
    expect(await ids(cn)).toHaveLength(3);
    expect(stage.calls("arkModels")).toBe(1);
  });

  it("with a key that the cloud does not take it lists nothing", async () => {
    expect(await ids(aKey("flagged"))).toEqual([]);
  });

  it("while the cloud does not answer it lists what the table knows", async () => {
    stage.fetched.mockRejectedValueOnce(new TypeError("fetch failed"));
    expect(await ids(aKey())).toEqual(expect.arrayContaining(["seedream-4.5"]));
  });

  it("with a session it lists what its region has", async () => {
    const listed = await ids(aSession());
    expect(listed).toContain("dreamina-4.5");
    expect(listed.filter((id) => String(id).startsWith("seedream"))).toEqual([]);
  });

  it("a model of the clouds has its price with date, and the fields it has no place for", async () => {
    const [model] = (await get("/v1/models", key)).data.filter(({ id }) => id === "seedream-4.5");
    expect(model).toMatchObject({
      clouds: expect.arrayContaining(["ap"]),
      regions: [],
      default_count: 1,
      price_per_image: { ap: { currency: "USD", amount: 0.04, seen: expect.any(String) } },
      without_place_for: expect.arrayContaining(["negative_prompt"]),
    });
  });
});

describe("questions about a key", () => {
  const post = async (path: string, authorization: string) => {
    const init = { method: "POST", headers: { authorization: `Bearer ${authorization}` } };
    return ((await (await call(path, init)).json()) as { data: Record<string, unknown>[] }).data;
  };

  it("a check says whether the cloud takes it, and where its balance is shown", async () => {
    const rows = await post("/v1/sessions/check", `${key},${aKey("flagged")}`);
    expect(rows).toMatchObject([
      { region: null, cloud: "ap", alive: true, credits: null },
      { region: null, cloud: "ap", alive: false, credits: null, error_code: "key_refused" },
    ]);
    expect(JSON.stringify(rows)).not.toContain(key.slice("ark-ap-".length));
    expect(rows[0]?.message).toContain("console");
  });

  it("its balance is not known, which is not zero", async () => {
    const { data } = await get("/v1/credits", key);
    expect(data).toMatchObject([{ cloud: "ap", alive: true, health: "ok", credits: null, expires: [] }]);
  });

  it("there is nothing to claim, and the cloud is not asked", async () => {
    expect(await post("/v1/credits/claim", key)).toMatchObject([
      { status: "already_claimed", claimed: 0, total: null },
    ]);
    expect(stage.fetched).not.toHaveBeenCalled();
  });
});
