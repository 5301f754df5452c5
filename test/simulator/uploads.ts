// Uploaded images: announced, stored, committed. Stores the properties of each, not its bytes. The signing keys are
// derived from the session token, so none is stored.

import { createHmac } from "node:crypto";
import type { Account } from "./accounts.ts";
import type { ImageHeader } from "./image-header.ts";
import { type Cluster, clusters } from "./region.ts";

export type Upload = {
  /** Bucket, slash, 32 hex digits; the image's name in a draft. */
  uri: string;
  session: string;
  cluster: Cluster;
  announcedBytes: number;
  /** Authorization of the request with the bytes; `sessionKey` commits them. */
  auth: string;
  sessionKey: string;
  /** Properties of the last bytes; undefined before. */
  stored: StoredBytes | undefined;
  isCommitted: boolean;
};

export type StoredBytes = {
  bytes: number;
  crc32: string;
  md5: string;
  sha256: string;
  head: ImageHeader | undefined;
};

export type Uploads = {
  announce(account: Account, bytes: number): Upload;
  byUri(uri: string): Upload | undefined;
  bySessionKey(key: string): Upload | undefined;
  all(): Upload[];
  clear(): void;
};

/** @param remembered oldest first, as `all` returns them. */
export function createUploads(remembered: readonly Upload[] = []): Uploads {
  const byUri = new Map(remembered.map((upload) => [upload.uri, upload]));
  const bySessionKey = new Map(remembered.map((upload) => [upload.sessionKey, upload]));
  return {
    announce(account, announcedBytes) {
      // The same bytes twice are two uploads with two uris, as upstream.
      const hex = keyed(`${account.session}/${byUri.size}`, "md5");
      const uri = `${clusters[account.cluster].bucket}/${hex}`;
      const upload: Upload = {
        uri,
        session: account.session,
        cluster: account.cluster,
        announcedBytes,
        auth: `SpaceKey/${clusters[account.cluster].service}/1/:version:v2:${keyed(`auth/${uri}`, "sha256")}`,
        sessionKey: base64(JSON.stringify({ uri, key: keyed(`commit/${uri}`, "md5") })),
        stored: undefined,
        isCommitted: false,
      };
      byUri.set(uri, upload);
      bySessionKey.set(upload.sessionKey, upload);
      return upload;
    },
    byUri: (uri) => byUri.get(uri),
    bySessionKey: (key) => bySessionKey.get(key),
    all: () => [...byUri.values()],
    clear() {
      byUri.clear();
      bySessionKey.clear();
    },
  };
}

export type UploadKeys = { accessKeyId: string; secretAccessKey: string; sessionToken: string };

/** Holds the account's uid, because a token must not reveal the session. */
type TokenContent = { uid: string; cluster: Cluster; expiresMs: number };

const tokenStart = "STS2";

export function uploadKeys(content: TokenContent): UploadKeys {
  const packed = base64(JSON.stringify(content));
  const sessionToken = `${tokenStart}${packed}.${keyed(packed, "sha256")}`;
  return keysOf(sessionToken);
}

/** The content of a session token and its keys; undefined when the simulator did not issue it. */
export function openToken(sessionToken: string): (TokenContent & { keys: UploadKeys }) | undefined {
  if (!sessionToken.startsWith(tokenStart)) return undefined;
  const [packed = "", seal] = sessionToken.slice(tokenStart.length).split(".");
  if (seal !== keyed(packed, "sha256")) return undefined;
  const content: TokenContent = JSON.parse(Buffer.from(packed, "base64").toString());
  return { ...content, keys: keysOf(sessionToken) };
}

function keysOf(sessionToken: string): UploadKeys {
  return {
    accessKeyId: `AKTP${keyed(`access/${sessionToken}`, "md5")}`,
    secretAccessKey: base64(keyed(`secret/${sessionToken}`, "md5")),
    sessionToken,
  };
}

/** Unforgeable without the simulator's secret. */
function keyed(text: string, algorithm: "md5" | "sha256"): string {
  return createHmac(algorithm, "simulated uploads").update(text).digest("hex");
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
