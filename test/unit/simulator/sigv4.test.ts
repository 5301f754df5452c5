import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { canonicalRequest, type SignedRequest, signatureProblem } from "#test/simulator/sigv4.ts";

/** Computed with the published scheme; no captured vectors are known. */
const signer = {
  accessKeyId: "AKTPEXAMPLEKEY000001",
  secretAccessKey: "exampleSecret/Key+000001==",
  regions: ["cn-north-1"],
};
const token = "STS2exampleSessionToken0001";
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const authorization = (names: string, signature: string, scope = "20260101/cn-north-1/imagex/aws4_request") =>
  `AWS4-HMAC-SHA256 Credential=${signer.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;

const getNames = "x-amz-date;x-amz-security-token";
const getSignature = "e01ba0412fd7cfd32b6b5dd39cdd3caffcfdfad0bd04c60f41e8423f87b77c0e";
const aGet = (headers: Record<string, string> = {}, query = ""): SignedRequest => ({
  method: "GET",
  host: "imagex.bytedanceapi.com",
  query: new URLSearchParams(
    `s=abcdefghij&Action=ApplyImageUpload&Version=2018-08-01&ServiceId=tb4s082cfz&FileSize=1024${query}`,
  ),
  headers: new Headers({
    "x-amz-date": "20260101T000000Z",
    "x-amz-security-token": token,
    authorization: authorization(getNames, getSignature),
    ...headers,
  }),
  body: "",
});

const body = '{"SessionKey":"c2Vzc2lvbi1rZXk="}';
const postNames = `x-amz-content-sha256;${getNames}`;
const aPost = (headers: Record<string, string> = {}): SignedRequest => ({
  method: "POST",
  host: "imagex.bytedanceapi.com",
  query: new URLSearchParams("Action=CommitImageUpload&Version=2018-08-01&ServiceId=tb4s082cfz"),
  headers: new Headers({
    "x-amz-content-sha256": sha256(body),
    "x-amz-date": "20260101T000005Z",
    "x-amz-security-token": token,
    authorization: authorization(postNames, "0b3c9081ed75258509851edf9b09abb8127d05a11cea525ea259488f21e64740"),
    ...headers,
  }),
  body,
});

describe("the canonical request", () => {
  test.each([
    ["apply", aGet(), getNames, "d662ba6bbd9ed694d471e664586a370f62d7b93136556545133a2214d23499e9"],
    ["commit", aPost(), postNames, "b6d78daa81a820fc69b4f6bf2f86dd63ac0de2bd5fce317b38972323fd2e737c"],
  ])("the canonical request of an %s has the hash of its vector", (_, request, names, hash) => {
    expect(sha256(canonicalRequest(request, names.split(";")))).toBe(hash);
  });
});

describe("a signature", () => {
  test("the signatures of the vectors are valid", () => {
    expect(signatureProblem(aGet(), signer)).toBeUndefined();
    expect(signatureProblem(aPost(), signer)).toBeUndefined();
  });

  test.each([
    ["another parameter", "does not match", aGet({}, "&FileSize=1")],
    ["another date", "does not match", aGet({ "x-amz-date": "20260101T000001Z" })],
    ["another token", "does not match", aGet({ "x-amz-security-token": `${token}x` })],
    ["another body", "x-amz-content-sha256 is not", { ...aPost(), body: `${body} ` }],
    ["another day in its scope", "day", aGet({ "x-amz-date": "20260102T000000Z" })],
    [
      "another region",
      "region is us-east-1",
      aGet({ authorization: authorization(getNames, getSignature, "20260101/us-east-1/imagex/aws4_request") }),
    ],
    [
      "another service",
      "imagex",
      aGet({ authorization: authorization(getNames, getSignature, "20260101/cn-north-1/vod/aws4_request") }),
    ],
    [
      "an unsigned token",
      "x-amz-security-token is not signed",
      aGet({ authorization: authorization("x-amz-date", getSignature) }),
    ],
    [
      "an unsigned body",
      "x-amz-content-sha256 is not signed",
      aPost({ authorization: authorization(getNames, getSignature) }),
    ],
    [
      "headers out of order",
      "not sorted",
      aGet({ authorization: authorization("x-amz-security-token;x-amz-date", getSignature) }),
    ],
    ["no signature", "authorization is not", aGet({ authorization: "" })],
  ])("a signature with %s is invalid: %s", (_, flaw, request) => {
    expect(signatureProblem(request, signer)).toContain(flaw);
  });

  test("a signature with another key is invalid", () => {
    expect(signatureProblem(aGet(), { ...signer, secretAccessKey: "other" })).toContain("does not match");
    expect(signatureProblem(aGet(), { ...signer, accessKeyId: "other" })).toContain("key");
  });
});
