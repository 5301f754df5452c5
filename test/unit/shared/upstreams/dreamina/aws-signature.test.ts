/** Vectors computed by hand from the rules of the scheme, with invented keys, stage by stage. */
import { createHash, createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  canonicalRequest,
  type RequestToSign,
  type SigningKeys,
  signedHeaders,
  signedQuery,
} from "#shared/upstreams/dreamina/aws-signature.ts";

const keys: SigningKeys = {
  accessKeyId: "AKTPEXAMPLEKEY000001",
  secretAccessKey: "exampleSecret/Key+000001==",
  sessionToken: "STS2exampleSessionToken0001",
  region: "cn-north-1",
};
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

const apply: RequestToSign = {
  method: "GET",
  query: {
    s: "abcdefghij",
    Action: "ApplyImageUpload",
    Version: "2018-08-01",
    ServiceId: "tb4s082cfz",
    FileSize: "1024",
  },
  body: null,
};
const commit: RequestToSign = {
  method: "POST",
  query: { Action: "CommitImageUpload", Version: "2018-08-01", ServiceId: "tb4s082cfz" },
  body: '{"SessionKey":"c2Vzc2lvbi1rZXk="}',
};

describe("the canonical request", () => {
  it("the canonical request of a read has date and token only", () => {
    const headers = { "x-amz-date": "20260101T000000Z", "x-amz-security-token": keys.sessionToken };
    expect(sha256(canonicalRequest(apply, headers, sha256("")))).toBe(
      "d662ba6bbd9ed694d471e664586a370f62d7b93136556545133a2214d23499e9",
    );
  });

  it("the canonical request of a write has the body's hash as well", () => {
    const bodyHash = sha256(commit.body ?? "");
    const headers = {
      "x-amz-content-sha256": bodyHash,
      "x-amz-date": "20260101T000005Z",
      "x-amz-security-token": keys.sessionToken,
    };
    expect(sha256(canonicalRequest(commit, headers, bodyHash))).toBe(
      "b6d78daa81a820fc69b4f6bf2f86dd63ac0de2bd5fce317b38972323fd2e737c",
    );
  });
});

describe("the query", () => {
  it("the query is sorted by bytes, capitals before small letters", () => {
    expect(signedQuery({ s: "1", Version: "2", Action: "3", a: "4" })).toBe("Action=3&Version=2&a=4&s=1");
  });

  it("the query is percent-encoded, including spaces and !'()*", () => {
    expect(signedQuery({ "x y": "a/b+c=d!'()*~" })).toBe("x%20y=a%2Fb%2Bc%3Dd%21%27%28%29%2A~");
  });
});

describe("the headers", () => {
  it.each([
    [apply, "2026-01-01T00:00:00.000Z", "e01ba0412fd7cfd32b6b5dd39cdd3caffcfdfad0bd04c60f41e8423f87b77c0e"],
    [commit, "2026-01-01T00:00:05.999Z", "0b3c9081ed75258509851edf9b09abb8127d05a11cea525ea259488f21e64740"],
  ])("the headers of a $method carry the signature", async (request, time, signature) => {
    const headers = await signedHeaders(request, keys, Date.parse(time));
    const [, signed] = /SignedHeaders=([^,]*)/.exec(headers.authorization ?? "") ?? [];
    expect(headers.authorization).toBe(
      `AWS4-HMAC-SHA256 Credential=AKTPEXAMPLEKEY000001/20260101/cn-north-1/imagex/aws4_request, SignedHeaders=${signed}, Signature=${signature}`,
    );
    expect(signed?.split(";")).toEqual(Object.keys(headers).filter((name) => name !== "authorization"));
    expect(signed).not.toContain("host");
  });

  it("the headers carry the token and the date they are signed with", async () => {
    const headers = await signedHeaders(apply, keys, Date.parse("2026-11-22T09:08:07Z"));
    expect(headers).toMatchObject({ "x-amz-date": "20261122T090807Z", "x-amz-security-token": keys.sessionToken });
    expect(Object.keys(headers)).not.toContain("x-amz-content-sha256");
    expect(await signedHeaders(commit, keys, 0)).toMatchObject({ "x-amz-content-sha256": sha256(commit.body ?? "") });
  });

  it("the headers agree with a signature computed independently, in other regions", async () => {
    for (const region of ["us-east-1", "ap-southeast-1"]) {
      const headers = await signedHeaders(apply, { ...keys, region }, Date.parse("2026-01-01T00:00:00Z"));
      const canonical = canonicalRequest(
        apply,
        { "x-amz-date": "20260101T000000Z", "x-amz-security-token": keys.sessionToken },
        sha256(""),
      );
      const scope = ["20260101", region, "imagex", "aws4_request"];
      const text = ["AWS4-HMAC-SHA256", "20260101T000000Z", scope.join("/"), sha256(canonical)].join("\n");
      let key: Buffer = Buffer.from(`AWS4${keys.secretAccessKey}`);
      for (const part of [...scope, text]) key = createHmac("sha256", key).update(part).digest();
      expect(headers.authorization).toContain(`Signature=${key.toString("hex")}`);
    }
  });
});
