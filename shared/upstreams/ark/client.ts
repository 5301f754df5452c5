/** The calls of Ark: make images, list models, download images. Makes no decision and no retry. */

import * as z from "zod";
import { Deadline } from "#shared/deadline.ts";
import { err, ok, type Result } from "#shared/result.ts";
import type { CallEvent } from "#shared/upstreams/call-event.ts";
import type { Credential } from "#shared/upstreams/credential.ts";
import type { UpstreamFailure } from "#shared/upstreams/failure.ts";
import type { ImageCall } from "#shared/upstreams/image-call.ts";
import { parsedJson } from "./answer.ts";
import { noAnswer, redactKey } from "./errors.ts";
import { generate } from "./generate.ts";
import { modelsTimeoutMs } from "./limits.ts";
import { addressOf, authorization, refusalIn, type Transport } from "./request.ts";

export type Ark = {
  /** One paid request at most, and none after it. The last event is `done`, `refused` or `lost`. */
  generate(credential: Credential, call: ImageCall, options: { deadlineMs: number }): AsyncGenerator<CallEvent, void>;
  /** Ids of the cloud's models of every kind, without those that are shut down. Free of charge: it tests a key. */
  models(credential: Credential): Promise<Result<string[], UpstreamFailure>>;
  /** The image behind a link, as a stream. Sent without the key; links answer GET only, for 24 hours. */
  download(url: string, signal?: AbortSignal): Promise<Result<Response, UpstreamFailure>>;
};

export const createArk = (transport: Transport): Ark => ({
  generate: (credential, call, options) => generate(transport, credential, call, options),
  async models(credential) {
    const answer = await listModels(transport, credential);
    return answer.ok ? answer : err(redactKey(credential.secret, answer.error));
  },
  download: (url, signal) => downloadImage(transport, url, signal),
});

/** Most entries are of other kinds or shut down (clients, 2026). */
const modelsSchema = z.object({
  data: z.array(z.object({ id: z.string(), status: z.string().nullish().catch(null) })),
});

async function listModels(transport: Transport, credential: Credential): Promise<Result<string[], UpstreamFailure>> {
  using deadline = Deadline.after(modelsTimeoutMs);
  const request = new Request(addressOf(transport, credential, "/models"), {
    headers: { Authorization: authorization(credential), Accept: "application/json" },
    redirect: "manual",
    signal: deadline.signal,
  });
  let response: Response;
  let text: string;
  try {
    response = await transport.fetch(request);
    text = await response.text();
  } catch (error) {
    return err(noAnswer("upstream_unreachable", String(error)));
  }
  if (response.status >= 500) return err(noAnswer("upstream_unreachable", `HTTP ${response.status} ${text}`));
  if (!response.ok) {
    const changed = noAnswer("upstream_changed", `HTTP ${response.status} ${text}`);
    return err(refusalIn(transport, response, text) ?? changed);
  }
  const list = modelsSchema.safeParse(parsedJson(text));
  if (!list.success) return err(noAnswer("upstream_changed", text));
  return ok(list.data.data.filter(({ status }) => !/^(?:shutdown|retired)$/i.test(status ?? "")).map(({ id }) => id));
}

async function downloadImage(
  transport: Transport,
  url: string,
  signal?: AbortSignal,
): Promise<Result<Response, UpstreamFailure>> {
  const failed = (text: string) => err(noAnswer("upstream_unreachable", `image: ${text}`));
  try {
    // Unencoded, so that the declared length is the image's own.
    const headers = { "Accept-Encoding": "identity" };
    const response = await transport.fetch(new Request(url, { headers, signal }));
    if (response.ok) return ok(response);
    await response.body?.cancel();
    return failed(`HTTP ${response.status}`);
  } catch (error) {
    return failed(String(error));
  }
}
