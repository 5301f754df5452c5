// Finds the handler of a request to a host of Ark.

import type { Address } from "#test/simulator/address.ts";
import { type Answer, answerWith } from "#test/simulator/answer.ts";
import type { EndpointName } from "#test/simulator/endpoint-names.ts";
import type { AnyWrapper } from "#test/simulator/envelope.ts";
import type { World } from "#test/simulator/world.ts";
import { arkHostNamed } from "./clouds.ts";
import { generate } from "./generate.ts";
import { arkModels } from "./model-list.ts";
import { serveArkPicture } from "./picture.ts";

export type ArkRoute = {
  name: EndpointName;
  wrapper: AnyWrapper;
  /** The API key, for faults that are limited to one. */
  session: string | undefined;
  handle(): Answer | Promise<Answer>;
};

/** Undefined for other hosts; `notFound` when the host has no such path or method. */
export function arkRouteOf(world: World, address: Address, request: Request): ArkRoute | "notFound" | undefined {
  const host = arkHostNamed(address.host);
  if (!host) return undefined;
  const { cloud } = host.facts;
  const called = { cloud, address, request };
  if (host.role === "picture")
    return {
      name: "arkPicture",
      wrapper: "image",
      session: undefined,
      handle: () => serveArkPicture(world, called),
    };
  const session = /^Bearer (\S+)$/.exec(request.headers.get("authorization") ?? "")?.[1];
  switch (`${request.method} ${address.path}`) {
    case "POST /api/v3/images/generations":
      return { name: "arkGenerate", wrapper: "ark", session, handle: () => generate(world, called) };
    case "GET /api/v3/models":
      return { name: "arkModels", wrapper: "ark", session, handle: () => arkModels(world, called) };
    default:
      return "notFound";
  }
}

/** The gateway's answer to other paths: 404 without a body. */
export function arkNotFound(): Answer {
  return answerWith(new Response(null, { status: 404 }));
}
