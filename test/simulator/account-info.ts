// The site's login service, which tells a live session from a dead one. CN as clients use it in 2026; the international
// path from the SG browser capture of 2026-04, whose answer was not captured: the simulator assumes CN's.

import type { Account } from "./accounts.ts";
import type { Address } from "./address.ts";
import type { Answer } from "./answer.ts";
import type { Call } from "./call.ts";
import { cookieOf } from "./caller.ts";
import { accepted, passportError, passportSuccess, refused } from "./envelope.ts";
import { refusal } from "./errors.ts";
import { type ClusterFacts, clusters } from "./region.ts";
import { object, read } from "./shape.ts";
import type { World } from "./world.ts";

const sessionExpired = 13;
const invalidRequest = 2;

/** Needs no signature. Both international clusters share one host, which accepts sessions of either. */
export function checkLogin(world: World, call: { facts: ClusterFacts; address: Address; headers: Headers }): Answer {
  const { facts, address, headers } = call;
  if (address.query.get("account_sdk_source") !== "web")
    return passportError(invalidRequest, "account_sdk_source is not web");
  const aid = address.query.get("aid");
  if (facts.cluster !== "cn" && aid !== String(facts.aid))
    return passportError(invalidRequest, `aid is not ${facts.aid}`);
  const account = world.accounts.find(cookieOf(headers, "sessionid") ?? "");
  const isHere = account && clusters[account.cluster].passportHosts.includes(address.host);
  if (!isHere || account.scenario === "expired")
    return passportError(sessionExpired, "session expired, please sign in again");
  return passportSuccess({
    ...profile(account),
    app_id: facts.aid,
    connects: [],
    user_id: Number(account.uid),
    user_id_str: account.uid,
  });
}

const noFields = object({}, {});

/** POST /mweb/v1/get_user_info. Only its `ret` is known; the fields are those of the login service. */
export function userInfo(world: World, { account, body }: Call): Answer {
  const realMs = world.clock.realMs();
  const outcome = read(noFields, body, "body");
  if (!outcome.ok) return refused("mweb", refusal("1000", outcome.problem), realMs);
  return accepted("mweb", { ...profile(account), uid: account.uid }, realMs);
}

function profile({ session, uid }: Account) {
  return {
    avatar_url: `https://p16-sign.example/${uid}.webp`,
    name: `simulated ${session.slice(0, "demo-sg".length)}`,
  };
}
