// ImageX, the first and last step of an upload: ApplyImageUpload returns a uri and an upload address, CommitImageUpload
// the properties of the stored bytes. Both are signed with the keys of get_upload_token.

import type { Account } from "./accounts.ts";
import type { Address } from "./address.ts";
import type { Answer } from "./answer.ts";
import { imagexDone, imagexRefused } from "./envelope.ts";
import type { ClusterFacts } from "./region.ts";
import { literal, object, read, text } from "./shape.ts";
import { signatureProblem } from "./sigv4.ts";
import { openToken, type Upload } from "./uploads.ts";
import type { World } from "./world.ts";

export type ImagexCall = { facts: ClusterFacts; address: Address; request: Request };

const badRequest = 400;
const forbidden = 403;
/** `UriStatus` of stored bytes; every other value is a failure. */
const uriArrived = 2000;
const uriMissing = 4000;

const applyQuery = ["Action", "Version", "ServiceId", "FileSize", "s", "device_platform", "UploadNum", "FileExtension"];
const commitQuery = ["Action", "Version", "ServiceId"];

export async function apply(world: World, call: ImagexCall): Promise<Answer> {
  const caller = await checkSigned(world, call, applyQuery);
  if (!caller.ok) return caller.refusal;
  const { query } = call.address;
  const fileSize = Number(query.get("FileSize"));
  if (!/^[1-9]\d*$/.test(query.get("FileSize") ?? "")) return invalid(world, "FileSize is not a number of bytes");
  const salt = query.get("s");
  if (salt !== null && !/^[a-z0-9]{10,11}$/.test(salt)) return invalid(world, "s is not 10 or 11 of a-z and 0-9");

  const upload = world.uploads.announce(caller.account, fileSize);
  const address = {
    StoreInfos: [{ StoreUri: upload.uri, Auth: upload.auth, UploadID: upload.uri.slice(-"0123456789abcdef".length) }],
    UploadHosts: call.facts.uploadHosts,
    UploadHeader: null,
    SessionKey: upload.sessionKey,
  };
  return imagexDone({ UploadAddress: address }, "ApplyImageUpload", world.clock.realMs());
}

const commitBody = object({ SessionKey: text }, { SuccessActionStatus: literal("200") });

export async function commit(world: World, call: ImagexCall): Promise<Answer> {
  const caller = await checkSigned(world, call, commitQuery);
  if (!caller.ok) return caller.refusal;
  const outcome = read(commitBody, parse(caller.body), "body");
  if (!outcome.ok) return invalid(world, outcome.problem);
  const upload = world.uploads.bySessionKey(outcome.value.SessionKey);
  if (!upload || upload.session !== caller.account.session)
    return imagexRefused(
      badRequest,
      "InvalidSessionKey",
      "SessionKey is not one of this account",
      world.clock.realMs(),
    );

  upload.isCommitted = upload.stored !== undefined;
  const status = upload.isCommitted ? uriArrived : uriMissing;
  const result = { Results: [{ Uri: upload.uri, UriStatus: status }], PluginResult: pluginResult(upload) };
  return imagexDone(result, "CommitImageUpload", world.clock.realMs());
}

/** Empty when the bytes are not an image. */
function pluginResult({ uri, stored }: Upload) {
  if (!stored?.head) return [];
  const { width, height, format } = stored.head;
  return [
    {
      FileName: uri,
      SourceUri: uri,
      ImageUri: uri,
      ImageWidth: width,
      ImageHeight: height,
      ImageMd5: stored.md5,
      ImageFormat: format,
      ImageSize: stored.bytes,
      FrameCnt: 1,
    },
  ];
}

type Checked = { ok: true; account: Account; body: string } | { ok: false; refusal: Answer };

async function checkSigned(world: World, call: ImagexCall, knownQuery: readonly string[]): Promise<Checked> {
  const { facts, address, request } = call;
  const { headers, method } = request;
  const refuse = (httpStatus: number, code: string, message: string): Checked => ({
    ok: false,
    refusal: imagexRefused(httpStatus, code, message, world.clock.realMs()),
  });

  const body = await request.text();
  const token = openToken(headers.get("x-amz-security-token") ?? "");
  if (!token || token.cluster !== facts.cluster)
    return refuse(forbidden, "InvalidSecurityToken", `x-amz-security-token is not one of ${facts.cluster}`);
  if (token.expiresMs <= world.clock.realMs())
    return refuse(forbidden, "ExpiredToken", "x-amz-security-token has expired");
  const signer = { ...token.keys, regions: facts.signingRegions };
  const problem = signatureProblem({ method, host: address.host, query: address.query, headers, body }, signer);
  if (problem) return refuse(forbidden, "SignatureDoesNotMatch", problem);

  const { query } = address;
  const unknown = [...query.keys()].find((name) => !knownQuery.includes(name));
  if (unknown) return refuse(badRequest, "InvalidParameter", `query parameter ${unknown} is not known`);
  if (query.get("Version") !== "2018-08-01") return refuse(badRequest, "InvalidParameter", "Version is not 2018-08-01");
  if (query.get("ServiceId") !== facts.service)
    return refuse(badRequest, "InvalidParameter", `ServiceId is not ${facts.service}`);
  const account = world.accounts.byUid(token.uid);
  if (!account) return refuse(forbidden, "InvalidSecurityToken", "the token's account is gone");
  return { ok: true, account, body };
}

function invalid(world: World, message: string): Answer {
  return imagexRefused(badRequest, "InvalidParameter", message, world.clock.realMs());
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
