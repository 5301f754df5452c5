// The checks of every business call before its body is read: sign headers, query, anti-bot parameters, session cookie.
// The upstream's order is unknown; this one is a guess. Changes no state.

import type { Account } from "./accounts.ts";
import type { Address } from "./address.ts";
import type { Wrapper } from "./envelope.ts";
import { type Refusal, refusal } from "./errors.ts";
import type { ClusterFacts } from "./region.ts";
import { signOf } from "./sign.ts";
import type { World } from "./world.ts";

export type Caller = { ok: true; account: Account } | { ok: false; refusal: Refusal };

export type CallRules = {
  wrapper: Wrapper;
  /** Required query parameters. */
  requiredQuery: readonly string[];
  /** The anti-abuse check of this call; reads have none. */
  gate?: "submit" | "claim";
};

export type CallFacts = { facts: ClusterFacts; address: Address; headers: Headers };

export function checkCaller(world: World, call: CallFacts, rules: CallRules): Caller {
  const refused =
    signRefusal(call) ??
    queryRefusal(call, rules) ??
    (isGuarded(world, rules) ? antiBotRefusal(call, rules) : undefined);
  if (refused) return { ok: false, refusal: refused };
  return sessionOf(world, call, rules);
}

/** The oldest accepted version; 5.8.0 stopped working internationally in 2026. */
const minAppvr = "8.4.0";

function signRefusal({ facts, address, headers }: CallFacts): Refusal | undefined {
  const header = (name: string) => headers.get(name) ?? "";
  for (const name of ["appid", "appvr", "pf", "device-time", "sign", "sign-ver"]) {
    if (!header(name)) return refusal("3018", `header ${name} is missing`);
  }
  if (header("appid") !== String(facts.aid)) return refusal("3018", `Appid is not ${facts.aid}`);
  if (isOlder(header("appvr"), minAppvr)) return refusal("3018", `Appvr is older than ${minAppvr}`);
  if (header("pf") !== "7") return refusal("3018", "Pf is not 7");
  if (header("sign-ver") !== "1") return refusal("1014", "Sign-Ver is not 1");
  // The tolerance is unknown, so only the form is checked.
  if (!/^\d{10}$/.test(header("device-time"))) return refusal("1014", "Device-Time is not Unix seconds");
  const expected = signOf({
    path: address.path,
    pf: header("pf"),
    appvr: header("appvr"),
    deviceTime: header("device-time"),
    tdid: header("tdid"),
  });
  if (header("sign") !== expected) return refusal("1014", "Sign does not match path, Pf, Appvr, Device-Time, Tdid");
  return undefined;
}

/** Every parameter seen on any call; others are refused as misspelled. */
const knownQuery = new Set([
  "aid",
  "device_platform",
  "region",
  "webId",
  "da_version",
  "web_version",
  "aigc_features",
  "os",
  "web_component_open_flag",
  "commerce_with_input_video",
  "generate_id",
  "babi_param",
  "msToken",
  "a_bogus",
  "X-Bogus",
  "X-Gnarly",
]);

function queryRefusal(
  { facts, address: { query }, headers }: CallFacts,
  { requiredQuery }: CallRules,
): Refusal | undefined {
  for (const name of query.keys()) {
    if (!knownQuery.has(name)) return refusal("1000", `query parameter ${name} is not known`);
  }
  for (const name of requiredQuery) {
    if (!query.get(name)) return refusal("1000", `query parameter ${name} is missing`);
  }
  const rules: Record<string, (value: string) => boolean> = {
    aid: (value) => value === String(facts.aid),
    device_platform: (value) => value === "web",
    region: facts.acceptsRegion,
    da_version: isVersion,
    web_version: isVersion,
    webId: (value) => /^\d{19}$/.test(value),
  };
  for (const [name, isRight] of Object.entries(rules)) {
    const value = query.get(name);
    if (value !== null && !isRight(value)) return refusal("1000", `query parameter ${name} is wrong: ${value}`);
  }
  if (facts.cluster === "cn" && requiredQuery.includes("region")) {
    const webId = query.get("webId");
    if (!webId) return refusal("1000", "query parameter webId is missing");
    if (cookieOf(headers, "_tea_web_id") !== webId) return refusal("4013", "webId is not the cookie _tea_web_id");
  }
  return undefined;
}

function isGuarded({ settings }: World, { gate }: CallRules): boolean {
  return (gate === "submit" && settings.antiBot) || (gate === "claim" && settings.antiBotOnClaim);
}

function antiBotRefusal({ facts, address }: CallFacts, { gate }: CallRules): Refusal | undefined {
  if (facts.cluster === "cn") return undefined;
  const missing = ["msToken", "X-Bogus", "X-Gnarly"].filter((name) => !address.query.get(name));
  if (missing.length === 0) return undefined;
  return refusal(gate === "claim" ? "-4" : "-6", `${missing.join(", ")} missing`);
}

/** An unknown session and one of another cluster get the same code. */
function sessionOf(world: World, call: CallFacts, rules: CallRules): Caller {
  const { facts, headers } = call;
  const ret = rules.wrapper === "commerce" && facts.cluster !== "cn" ? "34010105" : "1015";
  const refuse = (detail: string): Caller => ({
    ok: false,
    refusal: refusal(ret, detail),
  });

  const session = cookieOf(headers, "sessionid");
  if (!session) return refuse("cookie sessionid is missing");
  const second = cookieOf(headers, "sessionid_ss");
  // On CN `sessionid` alone was accepted (tested live in 2026-09); every client sends both.
  if (second !== session && (second || facts.cluster !== "cn")) return refuse("cookie sessionid_ss is not sessionid");
  const account = world.accounts.find(session);
  if (!account) return refuse("no such session");
  if (account.cluster !== facts.cluster) return refuse(`the session belongs to ${account.cluster}`);
  if (account.scenario === "expired") return refuse("the session has expired");
  return { ok: true, account };
}

export function cookieOf(headers: Headers, name: string): string | undefined {
  for (const pair of (headers.get("cookie") ?? "").split(";")) {
    const [key, ...value] = pair.trim().split("=");
    if (key === name) return value.join("=");
  }
  return undefined;
}

function isVersion(value: string): boolean {
  return /^\d+\.\d+\.\d+$/.test(value);
}

function isOlder(version: string, than: string): boolean {
  if (!isVersion(version)) return true;
  return version.localeCompare(than, "en", { numeric: true }) < 0;
}
