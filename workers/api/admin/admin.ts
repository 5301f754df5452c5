/**
 * The administrator: who has the key behind ADMIN_KEY_HASH. Programs send the key with each request; the page
 * exchanges it for a cookie, which no script can read and no other site can send.
 */
import type { Context, MiddlewareHandler } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { hashOf, isSameHash, isSameText } from "#api/caller/secret-hash.ts";
import { ownUrl } from "#api/http/address.ts";
import type { AppEnv } from "#api/http/app.ts";
import { adminSessionMs } from "#api/limits.ts";
import { AppError, type Hint } from "#shared/errors.ts";

type AdminContext = Context<AppEnv>;

const cookie = "dreamina_admin";
const path = "/v1/admin";

/** Refuses everybody else, before anything is read. */
export const requireAdmin: MiddlewareHandler<AppEnv> = async (c, next) => {
  c.header("Cache-Control", "no-store");
  if (c.req.header("authorization") !== undefined) await requireKey(c);
  else await requireSession(c);
  await next();
};

/** @throws AppError `unauthorized` without the administrator's key. */
export async function requireKey(c: AdminContext): Promise<void> {
  const known = keyHash(c);
  const given = (c.req.header("authorization") ?? "").replace(/^\s*bearer\s+/i, "").trim();
  if (given !== "" && isSameHash(await hashOf(given), known)) return;
  throw refused("The Authorization header does not hold the administrator's key of this server.");
}

/** @returns when the session ends, Unix milliseconds. @throws AppError `unauthorized` without one. */
export async function requireSession(c: AdminContext): Promise<number> {
  const known = keyHash(c);
  const [end = "", mac = ""] = (getCookie(c, cookie) ?? "").split(".");
  const endsAt = Number(end);
  if (!isSameText(mac, await macOf(c, endsAt, known))) {
    throw refused("This route is for the administrator, and the request has neither the key nor a session.");
  }
  if (endsAt <= Date.now()) throw refused("The administrator's session has ended; sign in again.");
  // The cookie is not sent by other sites; a browser that says so is believed all the same.
  const site = c.req.header("sec-fetch-site") ?? "same-origin";
  if (c.req.method !== "GET" && site !== "same-origin") throw refused("The request comes from another site.");
  return endsAt;
}

/** Sets the cookie. @returns when it ends, Unix milliseconds. */
export async function openSession(c: AdminContext): Promise<number> {
  const endsAt = Date.now() + adminSessionMs;
  setCookie(c, cookie, `${endsAt}.${await macOf(c, endsAt, keyHash(c))}`, {
    ...options(c),
    maxAge: adminSessionMs / 1000,
  });
  return endsAt;
}

export const closeSession = (c: AdminContext): void => {
  deleteCookie(c, cookie, options(c));
};

const options = (c: AdminContext) =>
  ({ path, httpOnly: true, sameSite: "Strict", secure: ownUrl(c).protocol === "https:" }) as const;

/** Another administrator's key ends every session. */
const macOf = (c: AdminContext, endsAt: number, hash: string): Promise<string> =>
  c.var.seal.tag("admin-session", `${endsAt} ${hash}`);

function keyHash(c: AdminContext): string {
  const { ADMIN_KEY_HASH } = c.var.config;
  if (ADMIN_KEY_HASH !== undefined) return ADMIN_KEY_HASH;
  throw new AppError("unauthorized", "This server has no administrator: ADMIN_KEY_HASH is not set.", "ADMIN_KEY_HASH", {
    en: "Run npm run deploy, which makes the administrator's key and shows it once; npm start makes and shows its own.",
    zh: "请运行 npm run deploy，它会生成管理员密钥并只显示一次；npm start 会生成并显示自己的密钥。",
  });
}

const refused = (message: string): AppError => new AppError("unauthorized", message, null, hint);

const hint: Hint = {
  en: "Send the administrator's key as Authorization: Bearer adm-…, or sign in at /admin. npm run deploy -- --new-admin-key makes another one.",
  zh: "请以 Authorization: Bearer adm-… 发送管理员密钥，或在 /admin 登录。npm run deploy -- --new-admin-key 可以生成新的密钥。",
};
