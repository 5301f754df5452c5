/** The tool server, asked by the official client. */

import { env } from "cloudflare:workers";
import { Client, type ClientOptions, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { beforeEach, describe, expect, it } from "vitest";
import { maxShownBytes } from "#api/limits.ts";
import { imageRequestSchema } from "#shared/wire/image-request.ts";
import { aNamedKey, toPool } from "#test/workers/support/admin.ts";
import { aSession, call, type Stage, setStage } from "#test/workers/support/stage.ts";
import { skipPauses, until } from "#test/workers/support/waiting.ts";

let stage: Stage;
beforeEach(() => {
  stage = setStage();
  skipPauses();
});

const address = new URL("https://api.test/mcp");
const eras = { "2026": { mode: "auto" }, "2025": { mode: "legacy" } } as const;
type Era = keyof typeof eras;

async function connected({ session = stage.session, era = "2026" as Era, bindings = {} } = {}): Promise<Client> {
  const options: ClientOptions = { versionNegotiation: eras[era] };
  const client = new Client({ name: "a test", version: "1.0.0" }, options);
  const transport = new StreamableHTTPClientTransport(address, {
    fetch: (url, init) => call(String(url), init, bindings),
    requestInit: { headers: { authorization: `Bearer ${session}` } },
  });
  await client.connect(transport);
  return client;
}

type Result = Awaited<ReturnType<Client["callTool"]>>;

const textOf = ({ content }: Result): string =>
  (content as { text?: string }[]).flatMap(({ text }) => text ?? []).join("\n");

const use = (client: Client, name: string, given: object = {}): Promise<Result> =>
  client.callTool({ name, arguments: { ...given } });

const wanted = { prompt: "a lighthouse", resolution: "1k", n: 1 };

/** The task that the tool began, played to its end. */
async function endOfCreated(): Promise<string> {
  await until(() => stage.created().length > 0, "a task");
  const [id = ""] = stage.created();
  await stage.end(id);
  return id;
}

describe.each(Object.keys(eras) as Era[])("a client of the protocol of %s", (era) => {
  it("the tools are listed, each with its schemas", async () => {
    const { tools } = await (await connected({ era })).listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      ...["generate_image", "edit_image", "get_task", "cancel_task", "list_tasks", "list_models"],
    ]);
    for (const { inputSchema, outputSchema } of tools) expect([inputSchema, outputSchema]).not.toContain(undefined);
  });

  it("an image is made while the client waits, and its progress grows with each notification", async () => {
    const client = await connected({ era });
    const seen: number[] = [];
    const making = client.callTool(
      { name: "generate_image", arguments: { ...wanted, wait_seconds: 600 } },
      { onprogress: ({ progress }) => seen.push(progress) },
    );
    const id = await endOfCreated();
    const result = await making;
    expect(textOf(result)).toContain(`https://api.test/images/${id}/0.`);
    expect(result.structuredContent).toMatchObject({ task_id: id, status: "completed", progress: 100 });
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.at(-1)).toBe(100);
    expect(seen).toEqual([...new Set(seen)].toSorted((a, b) => a - b));
  });

  it("a prompt that the content rules refuse is an error that says what to do", async () => {
    const client = await connected({ era });
    const making = use(client, "generate_image", { ...wanted, prompt: "sim:input-moderated", wait_seconds: 600 });
    await endOfCreated();
    const result = await making;
    expect(result.isError).toBe(true);
    expect(textOf(result)).toMatch(/\(prompt_moderated\)$/);
    expect(result.structuredContent).toMatchObject({ status: "failed", error_code: "prompt_moderated" });
  });
});

describe("arguments", () => {
  it("the fields of a request are those of the API's own schema, and name no route", async () => {
    const { tools } = await (await connected()).listTools();
    const [generate] = tools;
    const fields = Object.keys(generate?.inputSchema.properties ?? {});
    const own = fields.filter((name) => name !== "wait_seconds" && name !== "show_images");
    expect(Object.keys(imageRequestSchema.shape)).toEqual(expect.arrayContaining(own));
    expect(JSON.stringify(tools)).not.toMatch(/\/v1\//);
  });

  it("more images than one task makes are refused, and the tool promises no more", async () => {
    const client = await connected();
    const [generate] = (await client.listTools()).tools;
    expect(generate?.inputSchema.properties?.n).toMatchObject({ description: expect.stringContaining("at most") });
    expect(JSON.stringify(generate)).not.toContain("several tasks");
    expect((await use(client, "generate_image", { ...wanted, n: 10 })).isError).toBe(true);
    expect(stage.created()).toEqual([]);
  });

  it("a wrong argument is refused with the field and what it takes, before a task exists", async () => {
    const result = await use(await connected(), "generate_image", { ...wanted, ratio: "5:7" });
    expect(result.isError).toBe(true);
    expect(textOf(result)).toContain("ratio");
    expect(stage.created()).toEqual([]);
  });

  it("a fault that only the API knows is its own refusal", async () => {
    const result = await use(await connected(), "generate_image", { ...wanted, model: "no-such-model" });
    expect(result.isError).toBe(true);
    expect(textOf(result)).toMatch(/\(model_not_available\)$/);
    expect(stage.created()).toEqual([]);
  });

  it("names of other servers that the API reads count in a tool, too", async () => {
    const client = await connected();
    const { resolution: _, ...rest } = wanted;
    await use(client, "generate_image", { ...rest, aspect_ratio: "16x9", wait_seconds: 0 });
    const [id = ""] = stage.created();
    expect(await stage.view(id)).toMatchObject({ request: { ratio: "16:9" } });
  });
});

describe("a task that has not ended", () => {
  it("a tool that waits no longer names the task, which get_task waits for, and nothing is made twice", async () => {
    const client = await connected();
    const first = await use(client, "generate_image", { ...wanted, wait_seconds: 0 });
    const [id = ""] = stage.created();
    expect(textOf(first)).toMatch(new RegExp(`${id} is pending.*get_task`));
    const waiting = use(client, "get_task", { task_id: id, wait_seconds: 600 });
    await endOfCreated();
    expect((await waiting).structuredContent).toMatchObject({ task_id: id, status: "completed" });
    expect(stage.jobs()).toHaveLength(1);
  });

  it("an equal call joins the task of the first, and says so; one with another seed makes more", async () => {
    const client = await connected({ bindings: { JOIN_WINDOW_SECONDS: "5" } });
    const make = (more: object = {}) => use(client, "generate_image", { ...wanted, wait_seconds: 0, ...more });
    const [first, equal, other] = [await make(), await make(), await make({ seed: 7 })];
    const said = ({ content }: Result) => JSON.stringify(content).includes("an equal call a few seconds before");
    expect([first, equal, other].map(said)).toEqual([false, true, false]);
    const idOf = ({ structuredContent }: Result) => (structuredContent as { task_id: string }).task_id;
    expect(idOf(equal)).toBe(idOf(first));
    expect(idOf(other)).not.toBe(idOf(first));
    expect(stage.created()).toHaveLength(2);
  });

  it("a tool says that a task waits because the server's pool is paused", async () => {
    await toPool([aSession()], { paused: true });
    const client = await connected({ session: (await aNamedKey()).key });
    await use(client, "generate_image", { ...wanted, wait_seconds: 0 });

    const [id = ""] = stage.created();
    expect(textOf(await use(client, "get_task", { task_id: id, wait_seconds: 0 }))).toContain(
      "It waits: Every session",
    );
  });

  it("a client that gives up leaves the task running, and finds it in the list", async () => {
    const client = await connected();
    const patience = new AbortController();
    const making = client.callTool(
      { name: "generate_image", arguments: { ...wanted, wait_seconds: 600 } },
      { signal: patience.signal },
    );
    await until(() => stage.created().length > 0, "a task");
    patience.abort();
    await expect(making).rejects.toThrow();
    const id = await endOfCreated();
    const { structuredContent } = await use(client, "list_tasks", { status: "completed" });
    expect(structuredContent).toMatchObject({ tasks: [{ task_id: id }], has_more: false });
  });

  it("a task is cancelled before it begins, and nothing is spent", async () => {
    const client = await connected();
    await use(client, "generate_image", { ...wanted, wait_seconds: 0 });
    const [id = ""] = stage.created();
    const result = await use(client, "cancel_task", { task_id: id });
    expect(result.isError).not.toBe(true);
    expect(textOf(result)).toMatch(/^Cancelled/);
    expect(result.structuredContent).toMatchObject({ status: "failed", error_code: "cancelled" });
    expect(stage.jobs()).toEqual([]);
    expect(textOf(await use(client, "cancel_task", { task_id: id }))).toMatch(/\(already_finished\)$/);
  });
});

describe("the other tools", () => {
  it("edit_image makes images of the images of an earlier task", async () => {
    const client = await connected();
    await use(client, "generate_image", { ...wanted, wait_seconds: 0 });
    const { images = [] } = await stage.end(await endOfCreated());
    const making = use(client, "edit_image", { ...wanted, images, wait_seconds: 600 });
    await until(() => stage.created().length > 1, "a second task");
    await stage.end(stage.created()[1] ?? "");
    expect((await making).structuredContent).toMatchObject({ status: "completed" });
  });

  it("list_tasks pages through the caller's tasks, newest first", async () => {
    const client = await connected();
    const ids = [await stage.task(), await stage.task(), await stage.task()].toReversed();
    const page = (given: object) => use(client, "list_tasks", given);
    const first = await page({ limit: 2 });
    expect(first.structuredContent).toMatchObject({
      tasks: ids.slice(0, 2).map((task_id) => ({ task_id })),
      has_more: true,
    });
    const second = await page({ limit: 2, after: ids[1] });
    expect(second.structuredContent).toMatchObject({ tasks: [{ task_id: ids[2] }], has_more: false });
  });

  it("list_models lists the models that the caller's session can use", async () => {
    const { structuredContent } = await use(await connected(), "list_models");
    expect(structuredContent).toMatchObject({
      models: expect.arrayContaining([expect.objectContaining({ id: "dreamina-4.5" })]),
    });
  });
});

describe("a caller", () => {
  it("a caller without a session or key is refused before any tool is seen", async () => {
    await expect(connected({ session: "" })).rejects.toThrow();
    const answer = await call("/mcp", {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
    });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ error: { code: "unauthorized" } });
  });

  it("an unknown API key sees nothing", async () => {
    await expect(connected({ session: "sk-unknown" })).rejects.toThrow();
  });

  it("a task of another caller does not exist", async () => {
    const id = await stage.task();
    const result = await use(await connected({ session: aSession() }), "get_task", { task_id: id });
    expect(textOf(result)).toMatch(/\(not_found\)$/);
  });

  it("one Idempotency-Key of a whole connection does not make its calls one task", async () => {
    const client = new Client({ name: "a test", version: "1.0.0" });
    const headers = { authorization: `Bearer ${stage.session}`, "idempotency-key": "the same" };
    const fetch = (url: string | URL, init?: RequestInit) => call(String(url), init);
    await client.connect(new StreamableHTTPClientTransport(address, { fetch, requestInit: { headers } }));
    for (const prompt of ["a lighthouse", "a harbour"])
      await use(client, "generate_image", { ...wanted, prompt, wait_seconds: 0 });
    expect(new Set(stage.created()).size).toBe(2);
  });

  it("no log line has the prompt or the session", async () => {
    await use(await connected(), "generate_image", { ...wanted, prompt: "a secret harbour", wait_seconds: 0 });
    expect(stage.logs.join("\n")).not.toMatch(new RegExp(`secret harbour|${stage.session}`));
  });
});

describe("images to look at", () => {
  const shownBy = ({ content }: Result) => (content as { type: string; mimeType?: string; data?: string }[]).slice(1);

  it("show_images returns the small versions as well, beside the links", async () => {
    const client = await connected();
    await use(client, "generate_image", { ...wanted, wait_seconds: 0 });
    const id = await endOfCreated();
    const shown = shownBy(await use(client, "get_task", { task_id: id, show_images: true }));
    const small = await call(`/images/${id}/0/small`);
    expect(shown).toHaveLength(1);
    expect(shown[0]).toMatchObject({ type: "image", mimeType: small.headers.get("content-type") });
    expect(Buffer.from(shown[0]?.data ?? "", "base64")).toEqual(Buffer.from(await small.arrayBuffer()));
    expect(shownBy(await use(client, "get_task", { task_id: id }))).toEqual([]);
  });

  it("an image without a small version is shown itself, and one that is too large is left out and counted", async () => {
    const client = await connected();
    await use(client, "generate_image", { ...wanted, wait_seconds: 0 });
    const id = await endOfCreated();
    const { objects } = await env.IMAGES.list();
    for (const { key } of objects) if (key.includes("small")) await env.IMAGES.delete(key);
    const look = async () => shownBy(await use(client, "get_task", { task_id: id, show_images: true }));
    expect(await look()).toEqual([expect.objectContaining({ type: "image" })]);
    const [{ key = "" } = {}] = (await env.IMAGES.list()).objects;
    await env.IMAGES.put(key, new Uint8Array(maxShownBytes + 1), { httpMetadata: { contentType: "image/png" } });
    expect(await look()).toEqual([{ type: "text", text: expect.stringContaining(": 1.") }]);
  });
});
