// POST /api/v3/images/generations: key, account, fields, limits, the prompt's markers, then the call is accepted and
// charged, and answered when its images are done.

import type { Address } from "#test/simulator/address.ts";
import type { Answer } from "#test/simulator/answer.ts";
import { isFirstTime, type World } from "#test/simulator/world.ts";
import type { ArkCloud } from "./clouds.ts";
import { deliver } from "./deliver.ts";
import type { ArkDelivery } from "./delivery.ts";
import { type ArkAccount, readArkKey, refusalAt } from "./keys.ts";
import type { ArkCall } from "./ledger.ts";
import { type ChosenMarker, type LateFault, markersIn, takeFault } from "./markers.ts";
import { findArkModel } from "./models.ts";
import { type ArkOutcome, arkRefused, invalid, refuse } from "./refusals.ts";
import { type ArkRequest, readFields, readRequest } from "./request.ts";
import { newRequestId } from "./request-id.ts";

export type ArkCallRequest = { cloud: ArkCloud; address: Address; request: Request };

type Prepared = { account: ArkAccount; wanted: ArkRequest; markers: ChosenMarker[] };

const maxBodyBytes = 64 * 1024 * 1024;
const msPerSecond = 1000;

export async function generate(world: World, called: ArkCallRequest): Promise<Answer> {
  const requestId = newRequestId(world.clock.realMs());
  const prepared = await prepare(world, called);
  if (prepared === "hung-up") return { kind: "reset" };
  if (!prepared.ok) return arkRefused(prepared.refusal, requestId);
  const { markers, wanted } = prepared.value;
  const once = { prompt: wanted.prompt, isFirstTime: (key: string) => isFirstTime(world, key) };

  const early = takeFault(markers, (marker) => marker.early, once);
  if (early?.kind === "drop") return { kind: "reset" };
  if (early) return arkRefused(early.refusal, requestId, early.retryAfter ? { "retry-after": "1" } : {});

  const late = takeFault(markers, (marker) => marker.late, once);
  const call = accept(world, { ...prepared.value, requestId, request: called.request, late });
  // Some runtimes have no signal.
  const signal = called.request.signal ?? new AbortController().signal;
  const delivery: ArkDelivery = { call, wanted, late, address: called.address, signal };
  return deliver(world, delivery);
}

/** The body is read even for a refusal, so that the connection can be used again. */
async function prepare(world: World, { cloud, request }: ArkCallRequest): Promise<ArkOutcome<Prepared> | "hung-up"> {
  const body = await request.arrayBuffer().catch(() => undefined);
  if (!body) return "hung-up";
  const account = readArkKey(request.headers.get("authorization"), cloud);
  if (!account.ok) return account;
  const refused = refusalAt("key", account.value) ?? refusalAt("generate", account.value);
  if (refused) return refuse(refused);
  if (body.byteLength > maxBodyBytes)
    return refuse({ ...invalid("body", `it has more than ${maxBodyBytes} bytes`), status: 413 });
  if (!/^application\/json\b/i.test(request.headers.get("content-type") ?? ""))
    return refuse(invalid("Content-Type", "it is not application/json"));
  return check(world, account.value, new TextDecoder().decode(body));
}

function check(world: World, account: ArkAccount, text: string): ArkOutcome<Prepared> {
  const fields = readFields(text);
  if (!fields.ok) return fields;
  const model = findArkModel(account.cloud, fields.value.model);
  if (!model)
    return refuse({
      status: 404,
      code: "InvalidEndpointOrModel.NotFound",
      message: `The model or endpoint ${fields.value.model} does not exist or you do not have access to it.`,
    });
  const unopened = refusalAt("model", account);
  if (unopened) return refuse(unopened);
  const wanted = readRequest(fields.value, model);
  if (!wanted.ok) return wanted;
  const markers = markersIn(wanted.value.prompt);
  if (!markers.ok) return markers;
  for (const { name, late } of markers.value) {
    if (late && !canShow(late, wanted.value))
      return refuse(invalid("prompt", `ark:${name} needs a call with several images, or a stream`));
  }
  const limited = refusalAt("limit", account, world.ark.inFlight(account.key) > 0);
  if (limited) return refuse(limited);
  return { ok: true, value: { account, wanted: wanted.value, markers: markers.value } };
}

function canShow(late: LateFault, { count, isStreamed }: ArkRequest): boolean {
  if (!("needs" in late)) return true;
  return late.needs === "stream" ? isStreamed : count > 1;
}

type Accepted = Prepared & { requestId: string; request: Request; late: LateFault | undefined };

function accept(world: World, { account, wanted, markers, requestId, request, late }: Accepted): ArkCall {
  const { traits, id: model } = wanted.model;
  const seconds = world.settings.arkSeconds ?? traits.seconds;
  const startsAtMs = world.clock.nowMs();
  const call = world.ark.add({
    id: requestId,
    key: account.key,
    cloud: account.cloud,
    model,
    prompt: wanted.prompt,
    clientRequestId: request.headers.get("x-client-request-id"),
    acceptedAtMs: world.clock.realMs(),
    startsAtMs,
    endsAtMs: startsAtMs + seconds * msPerSecond,
    planned: wanted.count,
    charged: chargeOf(wanted.count, late),
    inputs: wanted.inputs.map(({ crc32, width, height, format }) => ({ crc32, width, height, format })),
    watermarked: wanted.watermark,
    size: wanted.size,
    format: wanted.format,
    isTransparent: wanted.background === "transparent",
    pictureFaults: markers.flatMap(({ picture, isOnce }) => (picture ? [{ name: picture, isOnce }] : [])),
  });
  // The answer comes much later; a charge must survive until then.
  world.keep();
  return call;
}

function chargeOf(count: number, late: LateFault | undefined): number {
  if (late?.kind === "refuse-late") return 0;
  if (late?.kind === "stream-error") return 1;
  return late?.kind === "partial" ? count - 1 : count;
}
