// The simulator on a local port: `node test/simulator/main.ts [--port N] [--speed X] [--state FILE]`.
// Prints one line of JSON with its address when it is ready, and goes away with its parent. Serves this
// machine only.

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { parseArgs } from "node:util";
import { createSimulator, type Simulator } from "./app.ts";
import { fileStore } from "./saved.ts";

const loopback = "127.0.0.1";
const parentCheckMs = 500;

const { values } = parseArgs({
  options: { port: { type: "string" }, speed: { type: "string" }, state: { type: "string" } },
});
const port = numberOf("port", values.port, 0);
const simulator = createSimulator({
  speed: numberOf("speed", values.speed, 1),
  ...(values.state !== undefined && { store: fileStore(values.state, console.error) }),
});

const server = createServer((incoming, outgoing) => {
  serve(simulator, incoming, outgoing).catch((error: unknown) => {
    console.error(error);
    outgoing.destroy();
  });
});
server.listen(port, loopback, () => {
  const address = server.address();
  const bound = typeof address === "object" ? address?.port : port;
  console.log(JSON.stringify({ url: `http://${loopback}:${bound}` }));
});
server.on("error", (error) => {
  console.error(error.message);
  process.exit(1);
});

for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => process.exit(0));
const parent = process.ppid;
setInterval(exitWithoutParent, parentCheckMs).unref();

/** At once: the next process on the same file must not find this one still writing. */
function exitWithoutParent(): void {
  if (process.ppid !== parent) process.exit(0);
}

async function serve({ answer }: Simulator, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const request = requestOf(incoming);
  exitWithoutParent();
  const done = await answer(request);
  switch (done.kind) {
    case "response":
      return send(done.response, incoming, outgoing);
    case "reset":
      incoming.socket.resetAndDestroy();
      return;
    case "hang":
      return;
  }
}

/** The body is not collected: an upload is measured as it comes. */
function requestOf(incoming: IncomingMessage): Request {
  const { method = "GET", headers } = incoming;
  const copied = new Headers();
  for (const [name, value] of Object.entries(headers))
    copied.set(name, Array.isArray(value) ? value.join(", ") : (value ?? ""));
  const url = `http://${headers.host ?? loopback}${incoming.url ?? "/"}`;
  const hasBody = method !== "GET" && method !== "HEAD";
  return new Request(url, {
    method,
    headers: copied,
    ...(hasBody && { body: Readable.toWeb(incoming), duplex: "half" }),
  });
}

async function send(response: Response, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (incoming.method === "HEAD" || !response.body) {
    outgoing.end();
    return;
  }
  const pieces = response.body.getReader();
  const gone = new AbortController();
  outgoing.once("close", () => {
    gone.abort();
    // A client that disconnected does not want the rest.
    pieces.cancel().catch(() => {});
  });
  try {
    for (let next = await pieces.read(); !next.done; next = await pieces.read()) {
      const hasRoom = outgoing.write(next.value);
      if (!hasRoom) await once(outgoing, "drain", { signal: gone.signal });
    }
    outgoing.end();
  } catch {
    // The answer breaks off on purpose, or the other side did; what was sent must arrive before the connection goes.
    outgoing.write("", () => incoming.socket.destroy());
  }
}

function numberOf(name: string, text: string | undefined, usual: number): number {
  const value = text === undefined ? usual : Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new Error(`--${name} is not a number: ${text}`);
}
