/** Who is the administrator: by the key, or by the cookie that a browser got for it. */
import { beforeEach, describe, expect, it } from "vitest";
import api from "#api/index.ts";
import { adminBindings, adminCall, adminKey } from "#test/workers/support/admin.ts";
import { call, type Stage, setStage } from "#test/workers/support/stage.ts";

let stage: Stage;
beforeEach(() => {
  stage = setStage();
});

const path = "/v1/admin/session";

async function signIn(): Promise<string> {
  const answer = await adminCall("/session", { method: "POST" });
  expect(answer.status).toBe(200);
  return answer.headers.get("set-cookie") ?? "";
}

const withCookie = (cookie: string, where = "/v1/admin/keys", init: RequestInit = {}) =>
  call(where, { ...init, headers: { cookie: cookie.split(";")[0] ?? "", ...init.headers } }, adminBindings);

/** Every route of the administrator, from the document that the server itself shows. */
async function adminRoutes(): Promise<{ method: string; path: string }[]> {
  type Document = { paths: Record<string, Record<string, { security?: unknown; tags?: string[] }>> };
  const { paths } = (await (await call("/openapi.json")).json()) as Document;
  return Object.entries(paths).flatMap(([route, methods]) =>
    Object.entries(methods)
      .filter(([, { tags }]) => tags?.includes("Administration"))
      .map(([method]) => ({ method: method.toUpperCase(), path: route.replace("{id}", "some-id") })),
  );
}

describe("the administrator", () => {
  it("no route of the administrator answers without the key, with a wrong one, or with a caller's", async () => {
    const routes = await adminRoutes();
    expect(routes.length).toBeGreaterThanOrEqual(13);
    const wrong = [null, "adm-wrong", adminKey.slice(0, -1), stage.session, "sk-alice-0123456789abcdef", ""];
    for (const { method, path: route } of routes) {
      for (const key of wrong) {
        const body = method === "GET" || method === "DELETE" ? {} : { body: "{}" };
        const headers = { "content-type": "application/json", ...(key !== null && { authorization: `Bearer ${key}` }) };
        const answer = await call(route, { method, headers, ...body }, adminBindings);
        expect([method, route, key, answer.status]).toEqual([method, route, key, 401]);
        expect(await answer.json()).toMatchObject({ error: { code: "unauthorized" } });
      }
    }
  });

  it("a server without ADMIN_KEY_HASH has no administrator, and says how to get one", async () => {
    const answer = await call("/v1/admin/keys", { headers: { authorization: `Bearer ${adminKey}` } });

    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({
      error: { message: expect.stringContaining("ADMIN_KEY_HASH"), hint: expect.stringContaining("npm run deploy") },
    });
  });

  it("a browser that signs in gets a cookie that no script reads and no other site sends", async () => {
    const cookie = await signIn();

    expect(cookie).toMatch(/^dreamina_admin=\d+\.[\w-]{24}; /);
    expect(cookie).not.toContain(adminKey);
    for (const attribute of ["HttpOnly", "SameSite=Strict", "Secure", "Path=/v1/admin", "Max-Age=43200"]) {
      expect(cookie).toContain(attribute);
    }
    expect((await withCookie(cookie)).status).toBe(200);
    expect(await (await withCookie(cookie, path)).json()).toEqual({
      object: "admin.session",
      expires_at: Date.now() / 1000 + 43_200,
    });
  });

  it("over plain http, as on one machine, the cookie is not marked as secure", async () => {
    const answer = await api.request(
      `http://localhost:8787${path}`,
      { method: "POST", headers: { authorization: `Bearer ${adminKey}` } },
      { ...(await import("cloudflare:workers")).env, ...adminBindings },
    );

    expect(answer.headers.get("set-cookie")).not.toContain("Secure");
  });

  it("a session ends after twelve hours, with its server's key, and by signing out", async () => {
    const cookie = await signIn();
    stage.advance(43_199);
    expect((await withCookie(cookie)).status).toBe(200);
    stage.advance(2);
    expect((await withCookie(cookie)).status).toBe(401);

    const fresh = await signIn();
    const other = { ADMIN_KEY_HASH: "0".repeat(64) };
    const headers = { cookie: fresh.split(";")[0] ?? "" };
    expect((await call("/v1/admin/keys", { headers }, { ...adminBindings, ...other })).status).toBe(401);

    const out = await withCookie(fresh, path, { method: "DELETE" });
    expect([out.status, out.headers.get("set-cookie")]).toEqual([204, expect.stringContaining("Max-Age=0")]);
  });

  it("a cookie with another end, or made up, is refused", async () => {
    const [pair = ""] = (await signIn()).split(";");
    const later = pair.replace(/\d+/, (end) => String(Number(end) + 1000));

    for (const cookie of [later, "dreamina_admin=1.x", "dreamina_admin=", `${pair}x`]) {
      expect((await withCookie(cookie)).status).toBe(401);
    }
  });

  it("a change that another site sends with the cookie is refused", async () => {
    const cookie = await signIn();
    const init = {
      method: "POST",
      body: JSON.stringify({ name: "a bot" }),
      headers: { "content-type": "application/json", "sec-fetch-site": "cross-site" },
    };

    expect((await withCookie(cookie, "/v1/admin/keys", init)).status).toBe(401);
    const own = { ...init, headers: { ...init.headers, "sec-fetch-site": "same-origin" } };
    expect((await withCookie(cookie, "/v1/admin/keys", own)).status).toBe(201);
  });
});
