/** The webhook of a batch: what its receiver is told, and which ones are refused. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { batchCalls, someRequests } from "#test/workers/support/batches.ts";
import { aReceiver, moveUntil, receiverUrl, reported } from "#test/workers/support/receiver.ts";
import { setStage } from "#test/workers/support/stage.ts";

const refusedPrompt = (index: number) => (index === 1 ? { prompt: "sim:input-moderated" } : {});

it("a batch's receiver is told once that it ended, with its counts", async () => {
  const stage = setStage();
  const receiver = aReceiver(stage);
  const batches = batchCalls(stage);
  const answer = await batches.post("", { requests: someRequests(3, refusedPrompt), webhook: { url: receiverUrl } });
  const { id } = (await answer.json()) as { id: string };
  await moveUntil(stage, async () => receiver.received.length > 0, "the receiver is told");
  expect((await batches.view(id)).status).toBe("completed");
  expect(receiver.events()).toMatchObject([
    {
      type: "batch.completed",
      data: {
        ...{ id, object: "batch", status: "completed" },
        request_counts: { total: 3, waiting: 0, processing: 0, completed: 2, failed: 1, cancelled: 0 },
      },
    },
  ]);
});

it("a batch that asks for events of tasks tells the end of each, by its custom_id, before its own", async () => {
  const stage = setStage();
  const receiver = aReceiver(stage);
  const batches = batchCalls(stage);
  const webhook = { url: receiverUrl, events: ["batch.completed", "task.completed", "task.failed"] };
  const answer = await batches.post("", { requests: someRequests(3, refusedPrompt), webhook });
  const { id } = (await answer.json()) as { id: string };
  await moveUntil(stage, async () => receiver.received.length === 4, "everything is told");
  const told = receiver.events().map(({ type, data }) => [type, data.custom_id ?? data.id, data.batch_id ?? null]);
  expect(told.toSorted()).toEqual([
    ["batch.completed", id, null],
    ["task.completed", "c0", id],
    ["task.completed", "c2", id],
    ["task.failed", "c1", id],
  ]);
  const results = await batches.results(id);
  const links = receiver.events().find(({ data }) => data.custom_id === "c0")?.data.images;
  expect(links).toEqual(results[0]?.images.map(({ url }) => url));
});

it("a batch that is made again tells its end again, and one that is cancelled tells that", async () => {
  const stage = setStage();
  const receiver = aReceiver(stage);
  const batches = batchCalls(stage);
  const create = async (requests: object[]) =>
    (await (await batches.post("", { requests, webhook: { url: receiverUrl } })).json()) as { id: string };
  const { id } = await create(someRequests(2, refusedPrompt));
  await moveUntil(stage, () => receiver.received.length === 1, "the first end is told");
  await batches.change(id, "retry");
  await moveUntil(stage, () => receiver.received.length === 2, "the second end is told");
  const other = await create(someRequests(1, () => ({ prompt: "a boat" })));
  await batches.change(other.id, "cancel");
  await moveUntil(stage, () => receiver.received.length === 3, "the cancellation is told");
  expect(receiver.events().map(({ data }) => [data.id, data.status])).toEqual([
    [id, "completed"],
    [id, "completed"],
    [other.id, "cancelled"],
  ]);
});

it("a batch that pauses by itself tells it once", async () => {
  const stage = setStage();
  const receiver = aReceiver(stage);
  const batches = batchCalls(stage, stage.session.replace("plain", "expired"));
  const answer = await batches.post("", { requests: someRequests(6), webhook: { url: receiverUrl } });
  const { id } = (await answer.json()) as { id: string };
  await moveUntil(stage, () => receiver.received.length > 0, "the pause is told");
  await reported();
  expect(receiver.events().map(({ type, data }) => [type, data.id, data.status])).toEqual([
    ["batch.paused", id, "paused"],
  ]);
});

it.each([
  ["an inner address", { webhook: { url: "http://127.0.0.1:9100/" } }, "webhook.url"],
  ["no address", { webhook: {} }, "webhook.url"],
  ["an unknown event", { webhook: { url: receiverUrl, events: ["batch.started"] } }, "webhook.events.0"],
  ["a text", { webhook: receiverUrl }, "webhook"],
])("a batch's webhook with %s is refused by its field, and nothing is stored or started", async (_, given, param) => {
  const stage = setStage();
  const image = "data:image/gif;base64,R0lGODlhAQABAAAAACw=";
  const requests = someRequests(1, () => ({ images: [image] }));
  const answer = await batchCalls(stage).post("", { requests, ...given });
  expect([answer.status, ((await answer.json()) as { error: { param: string } }).error.param]).toEqual([400, param]);
  expect((await env.INPUTS.list()).objects).toEqual([]);
  expect([stage.queue.sent, stage.jobs()]).toEqual([[], []]);
});

it("a webhook of a single request is refused with its line: a batch has one", async () => {
  const batches = batchCalls(setStage());
  const requests = someRequests(2, (index) => (index === 1 ? { webhook: { url: receiverUrl } } : {}));
  const answer = await batches.create(requests);
  expect(answer.invalid_requests).toEqual([
    {
      ...{ line: 2, custom_id: "c1", param: "webhook", code: "invalid_value" },
      message: "webhook is told about a whole batch; put it beside `requests`.",
    },
  ]);
});
