// Finds the handler of a request and its name for faults and counters. Business calls are in endpoints.ts; uploads,
// images and the login have their own hosts and methods and are routed here.

import { checkLogin } from "./account-info.ts";
import type { Address } from "./address.ts";
import type { Answer } from "./answer.ts";
import { type CallFacts, checkCaller, cookieOf } from "./caller.ts";
import type { Endpoint } from "./endpoint.ts";
import type { EndpointName } from "./endpoint-names.ts";
import { endpoints } from "./endpoints.ts";
import { type AnyWrapper, refused } from "./envelope.ts";
import { isOriginal } from "./image-links.ts";
import { serveImage } from "./images.ts";
import { apply, commit } from "./imagex.ts";
import { type ClusterFacts, type Role, rolesOfHost } from "./region.ts";
import { isObject } from "./shape.ts";
import { uploadBytes, uploadPath } from "./upload-bytes.ts";
import { openToken } from "./uploads.ts";
import type { World } from "./world.ts";

export type Route = {
  name: EndpointName;
  wrapper: AnyWrapper;
  /** The session of the request, when it names one; for faults that are limited to a session. */
  session: string | undefined;
  handle(): Answer | Promise<Answer>;
};

type RoutedRequest = { facts: ClusterFacts; address: Address; request: Request };

/** Undefined when the host has no such path or method. */
export async function routeOf(world: World, address: Address, request: Request): Promise<Route | undefined> {
  for (const { facts, role } of rolesOfHost(address.host)) {
    const route = await routes[role](world, { facts, address, request });
    if (route) return route;
  }
  return undefined;
}

const routes: Record<Role, (world: World, routed: RoutedRequest) => Route | undefined | Promise<Route | undefined>> = {
  mweb: (world, routed) => businessRoute(world, routed, "mweb"),
  commerce: (world, routed) => businessRoute(world, routed, "commerce"),
  passport(world, { facts, address, request }) {
    const method = facts.cluster === "cn" ? "POST" : "GET";
    if (address.path !== facts.passportPath || request.method !== method) return undefined;
    return {
      name: "accountInfo",
      wrapper: "passport",
      session: cookieOf(request.headers, "sessionid"),
      handle: () => checkLogin(world, { facts, address, headers: request.headers }),
    };
  },
  image(world, { facts, address, request }) {
    if (request.method !== "GET" && request.method !== "HEAD") return undefined;
    const fetched = { address, signal: request.signal };
    const name = isOriginal(address) ? "picture" : "smallPicture";
    return { name, wrapper: "image", session: undefined, handle: () => serveImage(world, facts, fetched) };
  },
  imagex(world, routed) {
    const { address, request } = routed;
    const action = `${request.method} ${address.path}${address.query.get("Action")}`;
    const token = openToken(request.headers.get("x-amz-security-token") ?? "");
    const session = token && world.accounts.byUid(token.uid)?.session;
    if (action === "GET /ApplyImageUpload")
      return { name: "apply", wrapper: "imagex", session, handle: () => apply(world, routed) };
    if (action === "POST /CommitImageUpload")
      return { name: "commit", wrapper: "imagex", session, handle: () => commit(world, routed) };
    return undefined;
  },
  upload(world, routed) {
    const { address, request } = routed;
    if (request.method !== "POST" || !address.path.startsWith(uploadPath)) return undefined;
    const session = world.uploads.byUri(address.path.slice(uploadPath.length))?.session;
    return { name: "uploadBytes", wrapper: "upload", session, handle: () => uploadBytes(world, routed) };
  },
};

async function businessRoute(
  world: World,
  routed: RoutedRequest,
  role: Endpoint["wrapper"],
): Promise<Route | undefined> {
  const { facts, address, request } = routed;
  const endpoint = endpoints.find(({ path, wrapper }) => path === address.path && wrapper === role);
  if (!endpoint || request.method !== "POST") return undefined;
  const body = parse(await request.text());
  const { headers } = request;
  return {
    // A continue is a submit with two more fields; faults and counters tell them apart.
    name: endpoint.name === "submit" && isObject(body) && body.action !== undefined ? "continue" : endpoint.name,
    wrapper: endpoint.wrapper,
    session: cookieOf(headers, "sessionid"),
    handle: () => serve(world, endpoint, { facts, address, headers, body }),
  };
}

function serve(world: World, endpoint: Endpoint, routed: CallFacts & { body: unknown }): Answer {
  const { facts, address, headers, body } = routed;
  const caller = checkCaller(world, { facts, address, headers }, endpoint);
  if (!caller.ok) return refused(endpoint.wrapper, caller.refusal, world.clock.realMs());
  return endpoint.handle(world, { facts, address, body, account: caller.account });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
