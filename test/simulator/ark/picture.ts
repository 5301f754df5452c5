// Serves the images by their links: GET only, without CORS headers, and refused when the request has an Authorization
// header too.

import type { Address } from "#test/simulator/address.ts";
import { type Answer, answerWith, json } from "#test/simulator/answer.ts";
import { stalled, truncated } from "#test/simulator/broken-body.ts";
import { isFirstTime, type World } from "#test/simulator/world.ts";
import type { ArkCloud } from "./clouds.ts";
import { openArkLink } from "./links.ts";
import { pictureBytes } from "./picture-bytes.ts";

const statuses: Record<string, number> = { InvalidArgument: 400, NoSuchKey: 404 };
const forbidden = 403;

export async function serveArkPicture(
  world: World,
  { cloud, address, request }: { cloud: ArkCloud; address: Address; request: Request },
): Promise<Answer> {
  if (request.headers.has("authorization")) return tosError("InvalidArgument", "only one kind of signature is allowed");
  // The signature covers the method.
  if (request.method === "HEAD") return answerWith(new Response(null, { status: forbidden }));
  if (request.method !== "GET") return tosError("SignatureDoesNotMatch", "the link is signed for GET");
  const opened = openArkLink(world, cloud, address);
  if (!opened.ok) return tosError(opened.code, "the link is not valid, or not any more");

  const { call, index } = opened;
  const fault = call.pictureFaults.find(
    ({ name, isOnce }) => !isOnce || isFirstTime(world, `ark-${name}:${call.hex}_${index}`),
  );
  if (fault?.name === "link-403") return tosError("AccessDenied", "simulated");
  const bytes = await pictureBytes(world, call, index);
  const headers = { "content-type": `image/${call.format}`, "content-length": String(bytes.byteLength) };
  const response = new Response(bytes, { headers });
  if (fault?.name === "link-truncated") return answerWith(await truncated(response));
  if (fault?.name === "link-slow") return answerWith(await stalled(response, request.signal));
  return answerWith(response);
}

function tosError(code: string, message: string): Answer {
  return json({ Code: code, Message: message }, statuses[code] ?? forbidden);
}
