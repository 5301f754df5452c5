// Pre-signed links to images, in the form of TOS: valid for a day of real time, for GET only. The secret and the signed
// text are the simulator's.

import { createHmac } from "node:crypto";
import type { Address } from "#test/simulator/address.ts";
import type { World } from "#test/simulator/world.ts";
import { type ArkCloud, factsOfCloud } from "./clouds.ts";
import type { ArkCall } from "./ledger.ts";

const msPerSecond = 1000;
const lifeSeconds = 86_400;

export function arkLink(
  world: World,
  { call, index, address }: { call: ArkCall; index: number; address: Address },
): string {
  const { pictureHost, tosRegion } = factsOfCloud(call.cloud);
  const path = `/${call.model}/${call.hex}_${index}.${call.format}`;
  const life = world.settings.linkLifeSeconds ?? lifeSeconds;
  // A link that has expired when it arrives was signed earlier.
  const signedMs = world.clock.realMs() - (life > 0 ? 0 : (lifeSeconds - life) * msPerSecond);
  const date = new Date(signedMs).toISOString().replace(/[-:]|\.\d+/g, "");
  const query = new URLSearchParams({
    "X-Tos-Algorithm": "TOS4-HMAC-SHA256",
    "X-Tos-Credential": `AKLTsimulated/${date.slice(0, "yyyymmdd".length)}/${tosRegion}/tos/request`,
    "X-Tos-Date": date,
    "X-Tos-Expires": String(life > 0 ? life : lifeSeconds),
    "X-Tos-SignedHeaders": "host",
  });
  query.set("X-Tos-Signature", signatureOf(path, query));
  return address.linkTo(pictureHost, `${path}?${query}`);
}

type OpenedArkLink = { ok: true; call: ArkCall; index: number } | { ok: false; code: string };

export function openArkLink(world: World, cloud: ArkCloud, { path, query }: Address): OpenedArkLink {
  const signed = new URLSearchParams(query);
  signed.delete("X-Tos-Signature");
  if (query.get("X-Tos-Signature") !== signatureOf(path, signed)) return { ok: false, code: "SignatureDoesNotMatch" };
  if (expiresAtMs(query) <= world.clock.realMs()) return { ok: false, code: "AccessDenied" };
  const [, hex = "", index] = /^\/[^/]+\/([0-9a-f]{32})_(\d+)\.\w+$/.exec(path) ?? [];
  const call = world.ark.byHex(hex);
  return call?.cloud === cloud ? { ok: true, call, index: Number(index) } : { ok: false, code: "NoSuchKey" };
}

function expiresAtMs(query: URLSearchParams): number {
  const date = (query.get("X-Tos-Date") ?? "").replace(
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/,
    "$1-$2-$3T$4:$5:$6Z",
  );
  return Date.parse(date) + Number(query.get("X-Tos-Expires")) * msPerSecond;
}

/** Covers the method, the path and all other parameters. */
function signatureOf(path: string, query: URLSearchParams): string {
  const pairs = [...query].map(([name, value]) => `${name}=${value}`).toSorted();
  return createHmac("sha256", "simulated ark")
    .update(["GET", path, ...pairs].join("\n"))
    .digest("hex");
}
