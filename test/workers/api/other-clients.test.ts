/** Addresses and headers that clients of other servers use, and what a proxy in between says of them. */
import { beforeEach, describe, expect, it } from "vitest";
import { anImage, base64Of } from "#test/workers/support/compositions.ts";
import {
  aBody,
  aSession,
  call,
  origin,
  type Stage,
  setStage,
  storing,
  submitInit,
} from "#test/workers/support/stage.ts";
import { type Images, skipPauses, startWaiting } from "#test/workers/support/waiting.ts";

let stage: Stage;
beforeEach(() => {
  stage = setStage();
  skipPauses();
});

const asMe = () => ({ authorization: `Bearer ${stage.session}` });
const aReference = () => `data:image/png;base64,${base64Of(anImage())}`;

describe("a client that polls elsewhere", () => {
  it.each(["/v1/tasks/", "/tasks/", "/v1/images/generations/", "/openai/v1/images/edits/", "/api/v1/tasks/"])(
    "a task is polled at %s, too",
    async (folder) => {
      const id = await stage.task();

      const answer = await call(folder + id, { headers: asMe() });

      expect(answer.status).toBe(200);
      expect(answer.headers.get("retry-after")).toBeTruthy();
      expect(await answer.json()).toEqual(await stage.view(id));
    },
  );

  it("a task that is not the caller's is as unknown there", async () => {
    const id = await stage.task();

    expect((await call(`/v1/images/generations/${id}`)).status).toBe(401);
    expect((await call(`/v1/tasks/${id}`, { headers: { authorization: aSession() } })).status).toBe(404);
  });
});

describe("an address of Azure's kind", () => {
  const at = (model: string, route: string) => `/openai/deployments/${model}/images/${route}?api-version=2024-10-21`;
  /** As its clients send it: with `api-key`, and no preference. */
  const send = (path: string, body: object) => {
    const headers = { "api-key": stage.session, "content-type": "application/json", prefer: "none" };
    return startWaiting(stage, path, { method: "POST", headers, body: JSON.stringify(body) });
  };

  it.each([
    ["generations", {}],
    ["edits", { image: aReference() }],
  ])("an address of Azure's kind waits for the images of the model it names: %s", async (route, fields) => {
    const body = { prompt: "a lighthouse", resolution: "1k", ...fields };
    const { id, answer } = await send(at("dreamina-4.0", route), body);
    await stage.end(id, stage.session);

    const { data, task_id } = (await (await answer).json()) as Images;
    expect(task_id).toBe(id);
    expect(data[0]?.url).toBe(`${origin}/images/${id}/0.png`);
    expect(await stage.view(id)).toMatchObject({ model: "dreamina-4.0" });
  });

  it("the model in the body counts before that of the address", async () => {
    const { id, answer } = await send(at("dreamina-4.0", "generations"), aBody({ model: "dreamina-4.1" }));
    await stage.end(id);

    expect((await answer).status).toBe(200);
    expect(await stage.view(id)).toMatchObject({ model: "dreamina-4.1" });
  });

  it("an unknown model in the address is refused by its name, before anything is spent", async () => {
    const answer = await call(at("my-deployment", "generations"), submitInit(stage.session, aBody()));

    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      error: { code: "model_not_available", message: expect.stringContaining('"my-deployment"') },
    });
    expect(await storing()).toEqual([]);
  });
});

describe("credentials in another header", () => {
  const poll = (id: string, headers: Record<string, string>) => call(`/v1/images/tasks/${id}`, { headers });

  it.each(["api-key", "x-api-key"])("%s is read like Authorization, where that is missing or empty", async (name) => {
    const id = await stage.task();
    const other = aSession();
    const without: Record<string, string>[] = [
      {},
      { authorization: "" },
      { authorization: "Bearer" },
      { authorization: "Bearer  " },
    ];
    for (const more of without) {
      expect((await poll(id, { [name]: stage.session, ...more })).status).toBe(200);
      expect((await poll(id, { [name]: `Bearer ${stage.session}`, ...more })).status).toBe(200);
      expect((await poll(id, { [name]: `${other},${stage.session}`, ...more })).status).toBe(200);
      expect((await poll(id, { [name]: other, ...more })).status).toBe(404);
    }
  });

  it("Authorization counts before the other headers, and api-key before x-api-key", async () => {
    const id = await stage.task();

    expect((await poll(id, { authorization: stage.session, "api-key": aSession() })).status).toBe(200);
    expect((await poll(id, { authorization: aSession(), "api-key": stage.session })).status).toBe(404);
    expect((await poll(id, { "api-key": stage.session, "x-api-key": aSession() })).status).toBe(200);
  });
});

describe("addresses behind a proxy", () => {
  const forwarded = { "x-forwarded-proto": "https", "x-forwarded-host": "pics.example" };
  const inner = "http://10.0.0.5:8787";
  const trusting = { TRUST_PROXY: "true" };

  /** Every kind of link this server makes: of a submit, a poll, the document and the page. */
  async function linksMade(bindings: object): Promise<string[]> {
    const id = await stage.task();
    await stage.end(id);
    const ask = (path: string, init: RequestInit = {}) =>
      call(inner + path, { ...init, headers: { ...forwarded, ...(init.headers as Record<string, string>) } }, bindings);
    const submitted = (await (await ask("/v1/images/generations", submitInit(stage.session, aBody()))).json()) as {
      poll_url: string;
    };
    const polled = (await (await ask(`/v1/images/tasks/${id}`, { headers: asMe() })).json()) as { images: string[] };
    const document = (await (await ask("/openapi.json")).json()) as { servers: { url: string }[] };
    const page = await (await ask("/docs")).text();
    const sample = /curl (\S+)\/v1\/images\/generations/.exec(page)?.[1] ?? "";
    return [submitted.poll_url, ...polled.images, ...document.servers.map(({ url }) => url), sample].map(
      (link) => new URL(link).origin,
    );
  }

  it("links hold the scheme and host that a trusted proxy names", async () => {
    expect(await linksMade(trusting)).toEqual(Array(4).fill("https://pics.example"));
  });

  it("links hold the address the request came to when no proxy is trusted, whatever its headers say", async () => {
    expect(await linksMade({})).toEqual(Array(4).fill(inner));
  });

  it("an image at the address that a trusted proxy names is read from the bucket", async () => {
    const id = await stage.task();
    await stage.end(id);
    const body = { prompt: "make it night", images: [`https://pics.example/images/${id}/0.png`] };
    const fetched = stage.fetched.mock.calls.length;

    const answer = await call(`${inner}/v1/images/compositions`, submitInit(stage.session, body, forwarded), trusting);

    expect(answer.status).toBe(200);
    expect(stage.fetched.mock.calls.length).toBe(fetched);
  });
});
