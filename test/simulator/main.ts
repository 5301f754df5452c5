// Serves the simulator on a local port: `node test/simulator/main.ts [--port N] [--speed X] [--state FILE]`. Prints its
// address as one line of JSON when it is ready, listens on 127.0.0.1 only, and exits when its parent process does.

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

/** Checked before each request too: the next process on the same state file must not find this one still writing. */
function exitWithoutParent(): void {
  if (process.ppid !== parent) process.exit(0);
}

async function serve({ answer }: Simulator, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const hungUp = new AbortController();
  outgoing.once("close", () => hungUp.abort());
  const request = requestOf(incoming, hungUp.signal);
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

/** Streams the body, because uploads are measured while they arrive. */
function requestOf(incoming: IncomingMessage, signal: AbortSignal): Request {
  const { method = "GET", headers } = incoming;
  const copied = new Headers();
  for (const [name, value] of Object.entries(headers))
    copied.set(name, Array.isArray(value) ? value.join(", ") : (value ?? ""));
  const url = `http://${headers.host ?? loopback}${incoming.url ?? "/"}`;
  const hasBody = method !== "GET" && method !== "HEAD";
  return new Request(url, {
    method,
    headers: copied,
    signal,
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
    // The client has disconnected.
    pieces.cancel().catch(() => {});
  });
  try {
    for (let next = await pieces.read(); !next.done; next = await pieces.read()) {
      const isDrained = outgoing.write(next.value);
      if (!isDrained) await once(outgoing, "drain", { signal: gone.signal });
    }
    outgoing.end();
  } catch {
    // A truncated body, or a client that disconnected. The bytes sent so far must arrive before the connection closes.
    outgoing.write("", () => incoming.socket.destroy());
  }
}

function numberOf(name: string, text: string | undefined, defaultValue: number): number {
  const value = text === undefined ? defaultValue : Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new Error(`--${name} is not a number: ${text}`);
}
