// The four steps of an upload, for tests to change: token, apply, bytes, commit. The signature follows the published
// scheme, independent of the code of the simulator and of the client.

import { createHash, createHmac } from "node:crypto";
import { crc32 } from "node:zlib";
import type { Simulator } from "#test/simulator/app.ts";
import { aCall, type Cluster, noon, send } from "./support.ts";

/** A simulator, in this process or on a port. */
type SimulatorClient = Pick<Simulator, "fetch">;

export type Keys = { access_key_id: string; secret_access_key: string; session_token: string };

const imagexFacts = {
  cn: { imagex: "imagex.bytedanceapi.com", service: "tb4s082cfz", region: "cn-north-1" },
  us: { imagex: "imagex16-normal-us-ttp.capcutapi.us", service: "wopfjsm1ax", region: "us-east-1" },
  sg: { imagex: "imagex-normal-sg.capcutapi.com", service: "wopfjsm1ax", region: "ap-southeast-1" },
} as const;

export type ImagexCall = {
  method: "GET" | "POST";
  host: string;
  region: string;
  query: Record<string, string>;
  body: string;
  /** Headers that are signed besides date and token. */
  alsoSigned: string[];
  date: string;
};

export type ImagexAnswer = {
  ResponseMetadata: { Error?: { Code: string | number; Message: string } };
  Result?: {
    UploadAddress?: { StoreInfos: { StoreUri: string; Auth: string }[]; UploadHosts: string[]; SessionKey: string };
    Results?: { Uri: string; UriStatus: number }[];
    PluginResult?: object[];
  };
};

export const keysFor = async (
  simulator: SimulatorClient,
  cluster: Cluster = "sg",
  session = `demo-${cluster}`,
): Promise<Keys> =>
  (await send<Keys>(simulator, aCall(cluster, session, "/mweb/v1/get_upload_token", { scene: 2 }))).data;

export const applyOf = (bytes: number, cluster: Cluster = "sg"): ImagexCall => ({
  method: "GET",
  host: imagexFacts[cluster].imagex,
  region: imagexFacts[cluster].region,
  query: {
    Action: "ApplyImageUpload",
    Version: "2018-08-01",
    ServiceId: imagexFacts[cluster].service,
    FileSize: String(bytes),
    s: "abcdefghij",
  },
  body: "",
  alsoSigned: [],
  date: stamp(noon),
});

export const commitOf = (sessionKey: string, cluster: Cluster = "sg"): ImagexCall => ({
  ...applyOf(1, cluster),
  method: "POST",
  query: { Action: "CommitImageUpload", Version: "2018-08-01", ServiceId: imagexFacts[cluster].service },
  body: JSON.stringify({ SessionKey: sessionKey }),
  alsoSigned: ["x-amz-content-sha256"],
});

/** The headers of a signed call. */
export function signed(call: ImagexCall, keys: Keys): Record<string, string> {
  const day = call.date.slice(0, 8);
  const scope = `${day}/${call.region}/imagex/aws4_request`;
  const every: Record<string, string> = {
    host: call.host,
    "content-type": "application/json",
    "x-amz-date": call.date,
    "x-amz-security-token": keys.session_token,
    "x-amz-content-sha256": sha256(call.body),
  };
  const names = ["x-amz-date", "x-amz-security-token", ...call.alsoSigned].sort();
  const query = Object.entries(call.query)
    .map(([name, value]) => `${name}=${value}`)
    .sort();
  const lines = names.map((name) => `${name}:${every[name]}\n`).join("");
  const canonical = [call.method, "/", query.join("&"), lines, names.join(";"), sha256(call.body)].join("\n");
  const toSign = ["AWS4-HMAC-SHA256", call.date, scope, sha256(canonical)].join("\n");
  let key: Buffer = Buffer.from(`AWS4${keys.secret_access_key}`);
  for (const part of [day, call.region, "imagex", "aws4_request", toSign])
    key = createHmac("sha256", key).update(part).digest();
  const credential = `${keys.access_key_id}/${scope}`;
  return {
    ...Object.fromEntries(names.filter((name) => name !== "host").map((name) => [name, every[name] ?? ""])),
    authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(";")}, Signature=${key.toString("hex")}`,
  };
}

export async function callImagex(
  simulator: SimulatorClient,
  call: ImagexCall,
  headers: Record<string, string>,
): Promise<ImagexAnswer & { status: number }> {
  const response = await simulator.fetch(`https://${call.host}/?${new URLSearchParams(call.query)}`, {
    method: call.method,
    headers,
    ...(call.body && { body: call.body }),
  });
  return { ...((await response.json()) as ImagexAnswer), status: response.status };
}

export async function applied(simulator: SimulatorClient, bytes: number, cluster: Cluster = "sg", session?: string) {
  const keys = await keysFor(simulator, cluster, session);
  const call = applyOf(bytes, cluster);
  const { Result, ResponseMetadata } = await callImagex(simulator, call, signed(call, keys));
  const address = Result?.UploadAddress;
  const [info] = address?.StoreInfos ?? [];
  if (!address || !info) throw new Error(JSON.stringify(ResponseMetadata));
  const [host = ""] = address.UploadHosts;
  return { keys, uri: info.StoreUri, auth: info.Auth, host, sessionKey: address.SessionKey };
}

export function sendBytes(
  simulator: SimulatorClient,
  { host, uri, auth }: { host: string; uri: string; auth: string },
  bytes: Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<Response> {
  return simulator.fetch(`https://${host}/upload/v1/${uri}`, {
    method: "POST",
    headers: {
      authorization: auth,
      "content-crc32": crc32(bytes).toString(16).padStart(8, "0"),
      "content-disposition": 'attachment; filename="undefined"',
      "content-type": "application/octet-stream",
      ...headers,
    },
    body: bytes,
  });
}

/** Runs all four steps. @returns the uri of the image. */
export async function uploaded(
  simulator: SimulatorClient,
  bytes: Uint8Array<ArrayBuffer>,
  { cluster = "sg", session }: { cluster?: Cluster; session?: string } = {},
): Promise<string> {
  const target = await applied(simulator, bytes.byteLength, cluster, session);
  await sendBytes(simulator, target, bytes);
  const call = commitOf(target.sessionKey, cluster);
  const { Result } = await callImagex(simulator, call, signed(call, target.keys));
  if (Result?.Results?.[0]?.UriStatus !== 2000) throw new Error("the commit did not succeed");
  return target.uri;
}

/** The bytes of a sample image. */
export async function anImage(simulator: SimulatorClient, name = "40x30.png"): Promise<Uint8Array<ArrayBuffer>> {
  const response = await simulator.fetch(`http://127.0.0.1/_samples/${name}`);
  if (response.status !== 200) throw new Error(await response.text());
  return new Uint8Array(await response.arrayBuffer());
}

function stamp(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:]|\.\d{3}/g, "");
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
