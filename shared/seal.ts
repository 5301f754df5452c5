/**
 * Encryption (AES-GCM) and keyed hashes (HMAC-SHA-256) of sessions, both from one SECRET_KEY of 32 random bytes.
 * Without the key, sealed texts and tags reveal nothing about the session. A text sealed under a caller's own secret
 * opens only with both, SECRET_KEY and that secret. Web Crypto only.
 */
import { decrypt, encrypt, fromBase64, toBase64Url } from "./sealed-text.ts";

const tagBytes = 18; // of the 32-byte hash: 144 bits exclude collisions, and are 24 characters as text

/** In the memory of an isolate, with their texts; enough for the callers that poll at one time. */
const rememberedTags = 2_000;
/** Keys of callers' secrets, in the same memory. */
const rememberedKeys = 200;
/** Those of who calls, which come again with every poll. Texts of requests may be long, and are asked for once. */
const rememberedPurposes = new Set(["session", "owner", "api-key", "pool"]);

export type Seal = {
  /** Encrypts a text for one context; each call returns another ciphertext. */
  seal(text: string, context: string): Promise<string>;
  /** Decrypts the output of `seal`. @throws for another key or context. */
  open(sealed: string, context: string): Promise<string>;
  /** As `seal`, under a caller's secret (a session, a key) as well. */
  sealUnder(secret: string, text: string, context: string): Promise<string>;
  /** Decrypts the output of `sealUnder`. @throws for another secret, key or context. */
  openUnder(secret: string, sealed: string, context: string): Promise<string>;
  /** The keyed hash of a text: 24 characters of A-Za-z0-9_-. */
  tag(purpose: string, text: string): Promise<string>;
  /** The tag, and the tag by the previous key if one is set. */
  tags(purpose: string, text: string): Promise<string[]>;
  /** Tags by the previous key; null: none is set. */
  previous: Pick<Seal, "tag"> | null;
};

type Keys = {
  /** 32 random bytes as base64url or base64. */
  SECRET_KEY: string;
  /** The previous key: texts sealed with it still open, and its tags still match. */
  PREVIOUS_SECRET_KEY?: string | undefined;
};

const seals = new Map<string, Promise<Seal>>();

/** The seal of these keys; derived once per isolate. */
export async function sealFor({ SECRET_KEY, PREVIOUS_SECRET_KEY }: Keys): Promise<Seal> {
  const present = await sealOf(SECRET_KEY);
  if (PREVIOUS_SECRET_KEY === undefined || PREVIOUS_SECRET_KEY === SECRET_KEY) return present;
  const previous = await sealOf(PREVIOUS_SECRET_KEY);
  return {
    ...present,
    open: (sealed, context) => present.open(sealed, context).catch(() => previous.open(sealed, context)),
    openUnder: (...given) => present.openUnder(...given).catch(() => previous.openUnder(...given)),
    tags: async (purpose, text) => [await present.tag(purpose, text), await previous.tag(purpose, text)],
    previous,
  };
}

function sealOf(key: string): Promise<Seal> {
  const seal = seals.get(key) ?? createSeal(key);
  seals.set(key, seal);
  return seal;
}

async function createSeal(secretKey: string): Promise<Seal> {
  const root = await crypto.subtle.importKey("raw", fromBase64(secretKey), "HKDF", false, ["deriveKey", "deriveBits"]);
  const derive = (info: string, algorithm: Parameters<typeof crypto.subtle.deriveKey>[2], usages: KeyUsage[]) =>
    crypto.subtle.deriveKey(
      { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: bytes(info) },
      root,
      algorithm,
      false,
      usages,
    );
  const aes = await derive("seal", { name: "AES-GCM", length: 256 }, ["encrypt", "decrypt"]);
  const hmac = await derive("tag", { name: "HMAC", hash: "SHA-256", length: 256 }, ["sign"]);

  const keyUnder = await createKeys(root);
  const known = new Map<string, string>();

  /** Callers poll with the same sessions again and again, so the latest tags are remembered. */
  async function tag(purpose: string, text: string): Promise<string> {
    const named = `${purpose}\n${text}`;
    if (!rememberedPurposes.has(purpose)) return makeTag(named);
    const made = known.get(named) ?? (await makeTag(named));
    // The one used last is deleted last.
    known.delete(named);
    known.set(named, made);
    const [oldest] = known.keys();
    if (known.size > rememberedTags && oldest !== undefined) known.delete(oldest);
    return made;
  }

  async function makeTag(named: string): Promise<string> {
    const hash = await crypto.subtle.sign("HMAC", hmac, bytes(named));
    return toBase64Url(new Uint8Array(hash, 0, tagBytes));
  }

  return {
    seal: (text, context) => encrypt(aes, text, context),
    open: (sealed, context) => decrypt(aes, sealed, context),
    sealUnder: async (secret, text, context) => encrypt(await keyUnder(secret), text, context),
    openUnder: async (secret, sealed, context) => decrypt(await keyUnder(secret), sealed, context),
    tag,
    tags: async (purpose, text) => [await tag(purpose, text)],
    previous: null,
  };
}

/** @param root SECRET_KEY. @returns a function that makes the key of a caller's secret, under both. */
async function createKeys(root: CryptoKey): Promise<(secret: string) => Promise<CryptoKey>> {
  // A secret salt makes HKDF's first step a hash keyed by SECRET_KEY (RFC 5869 §3.1).
  const salt = await crypto.subtle.deriveBits(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: bytes("under") },
    root,
    256,
  );

  async function derive(secret: string): Promise<CryptoKey> {
    const own = await crypto.subtle.importKey("raw", bytes(secret), "HKDF", false, ["deriveKey"]);
    return crypto.subtle.deriveKey(
      { name: "HKDF", hash: "SHA-256", salt, info: bytes("seal") },
      own,
      { name: "AES-GCM", length: 256 },
      false,
      ["encrypt", "decrypt"],
    );
  }

  const known = new Map<string, Promise<CryptoKey>>();
  /** A list opens many texts with the same secret, so the keys of the latest ones are remembered. */
  return (secret) => {
    const key = known.get(secret) ?? derive(secret);
    // The one used last is deleted last.
    known.delete(secret);
    known.set(secret, key);
    const [oldest] = known.keys();
    if (known.size > rememberedKeys && oldest !== undefined) known.delete(oldest);
    return key;
  };
}

type KeyUsage = "encrypt" | "decrypt" | "sign";

const bytes = (text: string) => new TextEncoder().encode(text);
