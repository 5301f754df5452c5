/** Sessions are secrets: no storage, message, log line or answer contains a readable session. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { adminBindings, adminKey } from "./support/admin.ts";
import { batchCalls, someRequests } from "./support/batches.ts";
import { aCoordinatorThat } from "./support/coordinator.ts";
import { aBody, call, type Stage, setStage, storing, submitInit, submitPath, tablesOf } from "./support/stage.ts";

let stage: Stage;
let answers: string[];
beforeEach(() => {
  stage = setStage();
  answers = [];
});

/** Unlike a real session, so that no pattern recognises it. */
const distinctive = (words: string) => `Zq7-unmistakable-${words}`;

async function ask(path: string, init: RequestInit): Promise<Response> {
  const answer = await call(path, init);
  answers.push(`${JSON.stringify([...answer.headers])} ${await answer.clone().text()}`);
  return answer;
}

async function submit(header: string, body = {}): Promise<string> {
  const answer = await ask(submitPath, submitInit(header, aBody(body)));
  return ((await answer.json()) as { id: string }).id;
}

const poll = (id: string, header: string) =>
  ask(`/v1/images/tasks/${id}`, { headers: { authorization: `Bearer ${header}` } });

/** Everything that is stored, logged or sent, as text. */
async function everything(): Promise<string[]> {
  const records = (await env.TASKS.list()).keys;
  const values = await Promise.all(records.map(({ name }) => env.TASKS.get(name)));
  const images = (await env.IMAGES.list({ include: ["httpMetadata", "customMetadata"] })).objects;
  const tables = await Promise.all((await storing()).map(tablesOf));
  return [
    JSON.stringify(records),
    ...values.map(String),
    JSON.stringify(images.map(({ key, httpMetadata, customMetadata }) => ({ key, httpMetadata, customMetadata }))),
    JSON.stringify(tables),
    JSON.stringify(stage.queue.sent),
    ...stage.logs,
    ...answers,
  ];
}

async function expectSecret(...sessions: string[]) {
  const places = await everything();
  expect(places.length).toBeGreaterThan(3);
  for (const session of sessions) {
    const whole = session.replace(/^sg-/, "");
    const forms = [whole, encodeURIComponent(whole), btoa(whole), btoa(`sg-${whole}`)];
    for (const form of forms) expect(places.filter((place) => place.includes(form))).toEqual([]);
  }
}

const known = (session: string) => {
  stage.simulator.addAccount({ session: session.replace(/^sg-/, ""), cluster: "sg" });
  return session;
};

it("after a completed task no session can be read anywhere", async () => {
  const session = known(`sg-${distinctive("well")}`);
  const id = await submit(session, { n: 2 });
  await poll(id, session);
  await stage.queue.deliver();
  await poll(id, session);
  await stage.end(id, session);
  await poll(id, session);

  await expectSecret(session);
});

it("after a failed task no session can be read anywhere", async () => {
  const session = known(`sg-${distinctive("failing")}`);
  const id = await submit(session, { prompt: "sim:output-moderated" });
  await stage.end(id, session);
  await poll(id, session);

  await expectSecret(session);
});

it("no expired session can be read anywhere, and the last one is named only masked", async () => {
  const sessions = ["one", "two"].map((name) => `sg-${distinctive(name)}-session`);
  const header = sessions.join(",");
  const id = await submit(header);
  await stage.end(id, header);

  expect(await (await poll(id, header)).text()).toContain("sg-…sion");
  await expectSecret(...sessions);
});

it("while a task is parked or running no session can be read anywhere", async () => {
  const session = known(`sg-${distinctive("waiting")}`);
  for (let n = 0; n < 6; n += 1) await submit(session);
  await stage.queue.deliver();

  await expectSecret(session);
});

it("a refused request does not reveal its sessions", async () => {
  const session = `sg-${distinctive("refused")}`;
  await ask(submitPath, submitInit(session, aBody({ ratio: "1:3" })));
  await ask(submitPath, submitInit(`${session},x`, aBody()));
  await ask(submitPath, submitInit(session, "{"));
  await ask(submitPath, submitInit(session, "no JSON", { "content-type": session }));
  await ask("/v1/images/tasks/imgtask_x", { headers: { authorization: `Bearer ${session} ${session}` } });

  const places = [...stage.logs, ...answers.slice(0, 3), ...answers.slice(4)];
  expect(places.filter((place) => place.includes(distinctive("refused")))).toEqual([]);
});

it("faults of the upstream do not reveal the session anywhere", async () => {
  const session = known(`sg-${distinctive("faults")}`);
  aCoordinatorThat("report", { fails: 1 });
  for (const fault of ["html", "broken-json", "reset", "500"] as const) {
    stage.simulator.addFault({ endpoint: "history", fault });
  }
  const id = await submit(session);
  await stage.end(id, session);

  expect(stage.logs.length).toBeGreaterThan(5);
  await expectSecret(session);
});

it("an upstream that repeats the cookie in its answer does not reveal it anywhere", async () => {
  const session = `sg-${distinctive("echo")}`;
  stage.fetched.mockImplementation(async (input) => {
    const cookie = (input as Request).headers.get("cookie") ?? "";
    return new Response(`<html>unexpected cookie ${cookie}`, { headers: { "content-type": "text/html" } });
  });
  await submit(session);
  for (let moves = 0; moves < 4; moves += 1) await stage.move();

  await expectSecret(session);
});

it("an error that repeats the request does not reveal the session anywhere", async () => {
  const session = `sg-${distinctive("thrown")}`;
  stage.fetched.mockImplementation(async (input) => {
    throw new Error(`cannot send ${JSON.stringify([...(input as Request).headers])}`);
  });
  await submit(session);
  await stage.queue.deliver();

  await expectSecret(session);
});

it("a session is sent to the upstream's own hosts only", async () => {
  const session = known(`sg-${distinctive("hosts")}`);
  const told = new Set<string>();
  const through = stage.simulator.fetch;
  stage.fetched.mockImplementation(async (input, init) => {
    const request = new Request(input as Request, init as RequestInit);
    const whole = `${request.url} ${JSON.stringify([...request.headers])} ${await request.clone().text()}`;
    if (whole.includes(distinctive("hosts"))) told.add(new URL(request.url).host);
    return through(request);
  });
  const id = await submit(session);
  await stage.end(id, session);

  expect([...told]).toEqual(["mweb-api-sg.capcut.com"]);
});

it.each(["api-key", "x-api-key"])("a session in the header %s is as secret", async (header) => {
  const session = known(`sg-${distinctive(header)}`);
  const headers = { [header]: session, "content-type": "application/json" };
  const answer = await ask(submitPath, { method: "POST", headers, body: JSON.stringify(aBody()) });
  const { id } = (await answer.json()) as { id: string };
  await stage.end(id, session);
  await ask(`/v1/images/tasks/${id}`, { headers });
  await ask("/v1/images/tasks/x", { headers: { [header]: `${session} and more` } });

  await expectSecret(session);
});

it("a credential of the pool, and a named key, can be read nowhere after a whole run", async () => {
  const [one, removed] = ["pool", "removed"].map((words) => known(`sg-${distinctive(words)}`));
  const admin = (path: string, method: string, body?: object) =>
    call(
      `/v1/admin${path}`,
      {
        method,
        headers: { authorization: `Bearer ${adminKey}`, "content-type": "application/json" },
        ...(body && { body: JSON.stringify(body) }),
      },
      adminBindings,
    );
  const credentials = `${one},${removed}`;
  const added = await admin("/credentials", "POST", { credentials });
  const rows = ((await added.json()) as { data: { id: string }[] }).data;
  const { key } = (await (await admin("/keys", "POST", { name: "a bot" })).json()) as { key: string };
  const id = await submit(key, { n: 1 });
  await stage.end(id, key);
  await poll(id, key);
  await admin(`/credentials/${rows[1]?.id}`, "DELETE");
  for (const path of ["/credentials", "/keys", "/credentials?limit=x"])
    answers.push(await (await admin(path, "GET")).text());
  answers.push(await (await admin("/credentials", "POST", { credentials: `us-${distinctive("broken")} x` })).text());
  answers.push(JSON.stringify(await tablesOf(env.REGISTRY.getByName("registry") as never)));

  await expectSecret(one ?? "", removed ?? "", `sg-${distinctive("broken")}`);
  for (const secret of [key, adminKey]) {
    expect((await everything()).filter((place) => place.includes(secret.slice(4)))).toEqual([]);
  }
});

it("a prompt is not written to the log", async () => {
  const put = vi.spyOn(console, "log");
  const session = known(`sg-${distinctive("prompt")}`);
  const id = await submit(session, { prompt: "a very private lighthouse" });
  await stage.end(id, session);

  expect([...stage.logs, ...put.mock.calls.flat()].filter((line) => String(line).includes("private"))).toEqual([]);
  expect(JSON.stringify(stage.queue.sent)).not.toContain("private");
});

describe("prompts", () => {
  const words = "unmistakable lighthouse 狐";

  /** The places that have the words, readable or merely encoded. */
  async function placesWith(): Promise<string[]> {
    const forms = [words, JSON.stringify(words).slice(1, -1), encodeURIComponent(words), "狐", "lighthouse"];
    const utf8 = Array.from(new TextEncoder().encode(words), (byte) => String.fromCharCode(byte)).join("");
    return (await everything()).filter((place) => [...forms, btoa(utf8)].some((form) => place.includes(form)));
  }

  it.each([
    ["completed", {}],
    ["failed", { prompt: `sim:output-moderated ${words}` }],
  ])("once a task is %s, its prompts can be read nowhere, though its caller still gets them", async (_end, body) => {
    const session = known(`sg-${distinctive("prompts")}`);
    const prompt = { prompt: words, negative_prompt: words, ...body };
    const id = await submit(session, prompt);
    await stage.end(id, session);

    expect((await everything()).length).toBeGreaterThan(5);
    expect(await placesWith()).toEqual([]);
    const seen = (await (await poll(id, session)).json()) as { request?: object };
    expect(seen.request).toMatchObject(prompt);
  });

  it("once a batch has ended, the prompts of its completed requests can be read nowhere", async () => {
    const session = known(`sg-${distinctive("batch")}`);
    const batch = batchCalls(stage, session);
    const { id } = await batch.create(someRequests(2, () => ({ prompt: words })));
    await batch.end(id);

    expect((await everything()).length).toBeGreaterThan(5);
    expect(await placesWith()).toEqual([]);
  });

  it("while a task runs, its prompt is in the row of its coordinator only", async () => {
    const session = known(`sg-${distinctive("live")}`);
    await submit(session, { prompt: words });

    expect(await placesWith()).toHaveLength(1);
    expect(JSON.stringify(await Promise.all((await storing()).map(tablesOf)))).toContain(words);
  });
});

it("after tasks with keys no key can be read anywhere, whatever the cloud answered", async () => {
  stage = setStage({ arkSeconds: 0 });
  const key = `ark-ap-demo-key-ap-${"unmistakable"}-${"secret".repeat(3)}`;
  for (const prompt of ["fine", "ark:401", "ark:drop-after", "ark:502-html", "ark:400-parameter"]) {
    const answer = await ask(submitPath, submitInit(key, { prompt, model: "seedream-5.0-flash" }));
    const { id } = (await answer.json()) as { id: string };
    await poll(id, key);
    await stage.end(id, key);
    await poll(id, key);
  }
  await ask("/v1/sessions/check", { method: "POST", headers: { authorization: `Bearer ${key}` } });
  await ask("/v1/models", { headers: { authorization: `Bearer ${key}` } });
  await ask(submitPath, submitInit(key.replace("ark-ap-", "ark-xx-"), { prompt: "x" }));

  const whole = key.slice("ark-ap-".length);
  for (const form of [whole, encodeURIComponent(whole), btoa(whole), btoa(key)]) {
    expect((await everything()).filter((place) => place.includes(form))).toEqual([]);
  }
});
