/**
 * A TCP relay between browser and server that can be cut: connections are then refused, as by a stopped server, and
 * open ones break off.
 */
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { anyFree } from "#scripts/start/any-port.ts";

export type Relay = {
  url: string;
  cut: () => Promise<void>;
  mend: () => Promise<void>;
};

/** @param target URL of the server. */
export async function startRelay(target: string): Promise<Relay> {
  const { hostname, port: targetPort } = new URL(target);
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(targetPort), hostname);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(socket);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        open.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  });
  const port = await anyFree();
  const listen = async () => {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  };
  await listen();
  return {
    url: `http://127.0.0.1:${port}`,
    async cut() {
      const closed = once(server, "close");
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
    async mend() {
      await listen();
    },
  };
}
