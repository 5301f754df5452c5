/**
 * A stand-in for Cloudflare on this machine: its REST API for one account, and the deployed API worker's /health. It
 * answers only what it knows; anything else fails the test that looks at `unknown`. Every write is counted.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { Hono } from "hono";
import { type Account, running } from "./account.ts";
import { page, refuse } from "./answers.ts";
import { storageRoutes } from "./storage-routes.ts";
import { workerRoutes } from "./worker-routes.ts";

const loopback = "127.0.0.1";
const health = "/_health";

export type StandIn = {
  url: string;
  /** Requests of an unknown kind, e.g. `GET /accounts/…`. */
  unknown: string[];
  /** Requests that change something, in their order. */
  writes: string[];
  /** Answers of /health before the one that is well. */
  unwell: number;
  close: () => Promise<void>;
};

export async function startStandIn(account: Account): Promise<StandIn> {
  const standIn: StandIn = { url: "", unknown: [], writes: [], unwell: 0, close };
  const app = appFor(account, standIn);
  const server = createServer(async (incoming, outgoing) => {
    const response = await app.fetch(requestOf(incoming));
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.end(Buffer.from(await response.arrayBuffer()));
  });
  server.listen(0, loopback);
  await once(server, "listening");
  const address = server.address();
  standIn.url = `http://${loopback}:${typeof address === "object" ? address?.port : ""}`;
  return standIn;

  async function close() {
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  }
}

function appFor(account: Account, standIn: StandIn): Hono {
  const app = new Hono();
  app.get(`${health}/:host/health`, (c) => healthOf(c.req.param("host")));
  app.use(async (c, next) => {
    const path = c.req.path.replace("/client/v4", "");
    // Assets are sent with the token of their upload session.
    const isAsset = path.endsWith("/assets/upload");
    if (!isAsset && c.req.header("authorization") !== `Bearer ${account.token}`) return refuse(c, "authentication");
    if (c.req.method === "GET") return next();
    const write = `${c.req.method} ${path.replace(`/accounts/${account.id}`, "")}`;
    standIn.writes.push(write);
    const failing = account.failing.findIndex((pattern) => pattern.test(write));
    if (failing < 0) return next();
    account.failing.splice(failing, 1);
    return refuse(c, "broken");
  });
  const api = app.basePath("/client/v4");
  api.get("/accounts", (c) => page(c, [{ id: account.id, name: account.name }, ...account.others]));
  api.get("/zones", (c) =>
    page(
      c,
      account.zones.filter(({ name }) => name === c.req.query("name")),
    ),
  );
  api.route(`/accounts/${account.id}`, storageRoutes(account));
  api.route(`/accounts/${account.id}/workers`, workerRoutes(account));
  app.notFound((c) => {
    standIn.unknown.push(`${c.req.method} ${c.req.path}`);
    return c.json({ success: false, errors: [{ code: 7000, message: "No route for that URI" }] }, 404);
  });
  app.onError((error, c) => {
    standIn.unknown.push(`${c.req.method} ${c.req.path}: ${error.message}`);
    return c.json({ success: false, errors: [{ code: 1, message: error.message }] }, 400);
  });
  return app;

  /** What the deployed Worker says; with `unwell`, what it says while its address is still being made. */
  function healthOf(host: string): Response {
    const [name, subdomain] = host.split(".");
    const worker = account.workers.get(name ?? "");
    if (!worker?.hasAddress || subdomain !== account.subdomain) return new Response("not there", { status: 404 });
    if (standIn.unwell > 0) {
      standIn.unwell -= 1;
      return new Response("no certificate yet", { status: 525 });
    }
    const variables = running(worker)?.bindings ?? [];
    const images = variables.find((variable) => variable.name === "PUBLIC_IMAGE_BASE_URL")?.text;
    const isWell = (running(worker)?.secrets.get("SECRET_KEY") ?? "") !== "";
    return Response.json(
      { status: isWell ? "ok" : "degraded", upstream: "live", public_images: Boolean(images), reachable: {} },
      { status: isWell ? 200 : 503 },
    );
  }
}

function requestOf(incoming: IncomingMessage): Request {
  const { method = "GET", headers, url = "/" } = incoming;
  const copied = new Headers();
  for (const [name, value] of Object.entries(headers)) copied.set(name, String(value));
  const hasBody = method !== "GET" && method !== "HEAD";
  return new Request(`http://${loopback}${url}`, {
    method,
    headers: copied,
    ...(hasBody && { body: Readable.toWeb(incoming), duplex: "half" }),
  });
}
