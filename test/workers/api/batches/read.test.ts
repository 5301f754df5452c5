/** What a caller reads of its batches: lists, tasks, results and their table. */
import { describe, expect, it } from "vitest";
import { batchCalls, someRequests } from "#test/workers/support/batches.ts";
import { aSession, call, setStage } from "#test/workers/support/stage.ts";

type Page = {
  data: { id: string; custom_id: string; line: number; status: string }[];
  has_more: boolean;
  last_id: string | null;
};

async function ofCompleted(count: number, change?: (index: number) => object) {
  const stage = setStage();
  const batches = batchCalls(stage);
  const { id } = await batches.create(someRequests(count, change));
  await batches.end(id);
  const page = async (path: string): Promise<Page> => (await batches.get(path)).json();
  return { stage, batches, id, page };
}

describe("the tasks of a batch", () => {
  it("pages follow each other in the order of the requests, without gaps", async () => {
    const { id, page } = await ofCompleted(5);
    const seen: string[] = [];
    for (let after = ""; ; ) {
      const { data, has_more, last_id } = await page(`/${id}/tasks?limit=2${after}`);
      seen.push(...data.map(({ custom_id }) => custom_id));
      if (!has_more) break;
      after = `&after=${last_id}`;
    }
    expect(seen).toEqual(["c0", "c1", "c2", "c3", "c4"]);
  });

  it("a page of one status has only tasks that are so", async () => {
    const { id, page } = await ofCompleted(4, (index) => (index === 1 ? { prompt: "sim:input-moderated" } : {}));
    expect((await page(`/${id}/tasks?status=failed`)).data).toMatchObject([
      { custom_id: "c1", line: 2, status: "failed" },
    ]);
    expect((await page(`/${id}/tasks?status=completed`)).data.map(({ custom_id }) => custom_id)).toEqual([
      "c0",
      "c2",
      "c3",
    ]);
    expect((await page(`/${id}/tasks?status=pending`)).data).toEqual([]);
  });

  it("tasks of a batch are not among the single ones of the list", async () => {
    const { stage } = await ofCompleted(2);
    const headers = { authorization: `Bearer ${stage.session}` };
    expect(await (await call("/v1/images/tasks", { headers })).json()).toMatchObject({ data: [] });
  });

  it.each(["x", "-2", "1.5", "99999999"])("after=%s is refused", async (after) => {
    const { id, batches } = await ofCompleted(1);
    expect((await batches.get(`/${id}/tasks?after=${after}`)).status).toBe(400);
  });
});

describe("the results as a table", () => {
  it("there is a row for each image, one for a failure, and texts cannot become formulas", async () => {
    const { id, batches } = await ofCompleted(
      3,
      (index) => [{ n: 2 }, { prompt: "sim:input-moderated" }, { custom_id: '=1+"2"' }][index] ?? {},
    );
    const answer = await batches.get(`/${id}/results?format=csv`);
    expect(answer.headers.get("content-type")).toMatch(/^text\/csv/);
    const rows = (await answer.text()).trimEnd().split("\r\n");
    expect(rows[0]).toBe("custom_id,line,task_id,status,image,url,width,height,bytes,content_type,error_code,error");
    expect(rows).toHaveLength(5);
    expect(rows.map((row) => row.split(",")[0])).toEqual(["custom_id", "c0", "c0", "c1", `"'=1+""2"""`]);
    expect(rows[3]).toContain("prompt_moderated");
  });
});

describe("the list of batches", () => {
  it("a caller's own batches come newest first, page by page, and those of others not at all", async () => {
    const stage = setStage();
    const batches = batchCalls(stage);
    const ids: string[] = [];
    for (let number = 0; number < 3; number += 1) {
      ids.unshift((await batches.create(someRequests(1, () => ({ prompt: `batch ${number}` })))).id);
    }
    await batchCalls(stage, aSession()).create(someRequests(1));
    const first = await (await batches.get("?limit=2")).json<Page>();
    expect(first.data.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    const second = await (await batches.get(`?limit=2&after=${first.last_id}`)).json<Page>();
    expect([second.data.map(({ id }) => id), second.has_more]).toEqual([ids.slice(2), false]);
    expect((await batches.get("?after=batch_unknown")).status).toBe(400);
  });

  it("a caller without batches has an empty list", async () => {
    const stage = setStage();
    expect(await (await batchCalls(stage).get("")).json()).toEqual({
      object: "list",
      data: [],
      has_more: false,
      last_id: null,
    });
  });
});

describe("a batch of another caller", () => {
  it.each(["", "/tasks", "/results"])("GET %s answers as for one that does not exist", async (rest) => {
    const { stage, id } = await ofCompleted(1);
    const other = batchCalls(stage, aSession());
    const unknown = await other.get(`/batch_${"x".repeat(21)}${rest}`);
    const found = await other.get(`/${id}${rest}`);
    expect([found.status, await found.json()]).toEqual([404, await unknown.json()]);
  });

  it.each(["cancel", "pause", "resume", "retry"])("%s does nothing", async (action) => {
    const stage = setStage();
    const batches = batchCalls(stage);
    const { id } = await batches.create(someRequests(3));
    expect((await batchCalls(stage, aSession()).post(`/${id}/${action}`)).status).toBe(404);
    expect(await batches.view(id)).toMatchObject({ status: "in_progress" });
  });
});

describe("a batch as it is polled", () => {
  it("a running batch says when to ask again, and how long it will take once something has ended", async () => {
    const stage = setStage();
    const batches = batchCalls(stage);
    const { id } = await batches.create(someRequests(30));
    expect((await batches.get(`/${id}`)).headers.get("retry-after")).toBe("5");
    await batches.end(id, ({ request_counts }) => request_counts.completed > 3);
    expect(await batches.view(id)).toMatchObject({ eta_seconds: expect.any(Number), status: "in_progress" });
  });

  it("base addresses of other dialects lead to it as well", async () => {
    const { id, stage } = await ofCompleted(1);
    const headers = { authorization: `Bearer ${stage.session}` };
    expect((await call(`/api/v1/images/batches/${id}`, { headers })).status).toBe(200);
  });
});
