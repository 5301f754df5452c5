import { once } from "node:events";
import { createServer } from "node:net";
import { expect, it } from "vitest";
import { anyFree } from "#scripts/start/any-port.ts";

it("a port is free, and below those that outgoing connections are given", async () => {
  const port = await anyFree();

  const server = createServer().listen(port, "127.0.0.1");
  await once(server, "listening");
  server.close();

  expect(port).toBeGreaterThanOrEqual(20_000);
  expect(port).toBeLessThan(32_768);
});
