/** A webhook over real HTTP: both Workers from their wrangler files, the queue and alarms of the runtime, and a receiver. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Webhook } from "standardwebhooks";
import { expect, it } from "vitest";
import { caller } from "./support/caller.ts";
import { startRuntime, startSimulator, temporaryFolder } from "./support/processes.ts";

type Received = { headers: Record<string, string>; body: string };

/** Answers 500 once, then 204. */
async function startReceiver() {
  const received: Received[] = [];
  const { promise: twice, resolve } = Promise.withResolvers<void>();
  const server = createServer(async (request, response) => {
    received.push({ headers: request.headers as Record<string, string>, body: await text(request) });
    response.writeHead(received.length === 1 ? 500 : 204).end();
    if (received.length === 2) resolve();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, received, twice, stop: () => server.close() };
}

it("a task's end is delivered to a receiver beside the server, again after a failure, and every attempt verifies", async () => {
  const state = temporaryFolder();
  const receiver = await startReceiver();
  const simulator = await startSimulator(12);
  const api = await startRuntime({
    state: state.path,
    upstream: simulator.url,
    settings: { WEBHOOK_EXEMPT_ORIGIN: receiver.origin },
  });
  try {
    const authorization = "Bearer us-demo-us-webhook";
    const me = caller(api.url, authorization);
    const id = await me.submit({
      prompt: "a lighthouse",
      n: 1,
      webhook: { url: `${receiver.origin}/hooks?token=hush` },
    });
    const { images } = await me.result(id);
    await receiver.twice;

    const answer = await fetch(`${api.url}/v1/webhooks/secret`, { headers: { authorization } });
    const { secret } = (await answer.json()) as { secret: string };
    for (const { headers, body } of receiver.received) {
      expect(new Webhook(secret).verify(body, headers)).toMatchObject({ type: "task.completed", data: { id, images } });
    }
    expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    const refused = await me.post({ prompt: "a lighthouse", webhook: { url: simulator.url } });
    expect(refused.status).toBe(400);
    expect(api.output()).not.toMatch(/hush|whsec_/);
  } finally {
    await api.stop();
    await simulator.stop();
    receiver.stop();
    state.remove();
  }
});
