/**
 * A proxy between a client and the API: forwards and records every request, and on demand breaks the first connection
 * before its answer.
 */
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, request } from "node:http";

export type CuttingProxy = {
  url: string;
  requests: { method: string; path: string; headers: IncomingHttpHeaders }[];
  stop: () => Promise<void>;
};

/** A proxy that only forwards and records. */
export const startWatchingProxy = (target: string): Promise<CuttingProxy> =>
  startCuttingProxy(target, { when: () => new Promise(() => {}), isSeenBehind: false });

type Cut = {
  /** The first connection is broken when this resolves. */
  when: () => Promise<unknown>;
  /** True to break the connection to the API too; otherwise the API does not see the disconnect. */
  isSeenBehind: boolean;
};

export async function startCuttingProxy(target: string, { when, isSeenBehind }: Cut): Promise<CuttingProxy> {
  const requests: CuttingProxy["requests"] = [];
  const { hostname, port } = new URL(target);
  const server = createServer((incoming, outgoing) => {
    const { method = "GET", url: path = "/", headers } = incoming;
    requests.push({ method, path, headers });
    const onward = request({ hostname, port, method, path, headers }, (answer) => {
      if (outgoing.destroyed) {
        answer.resume();
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    incoming.pipe(onward);
    if (requests.length > 1) return;
    const cut = () => {
      if (outgoing.headersSent) return;
      if (isSeenBehind) onward.destroy();
      outgoing.destroy();
    };
    when().then(cut, cut);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
