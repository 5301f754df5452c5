/** GET /docs: the page that explains the API, in the reader's language, with a policy of its own. */
import type { Context } from "hono";
import { docsPage } from "#api/docs/page.ts";
import { ownUrl } from "#api/http/address.ts";
import { createRouter } from "#api/http/app.ts";
import { type Language, languageOf, languages } from "#shared/language.ts";

export const docs = createRouter();

docs.get("/docs", (c) => {
  const language = languageFor(c);
  c.header("Content-Security-Policy", contentSecurityPolicy);
  c.header("X-Content-Type-Options", "nosniff");
  c.header("Referrer-Policy", "no-referrer");
  c.header("Content-Language", language);
  c.header("Vary", "Accept-Language", { append: true });
  c.header("Cache-Control", "no-cache");
  return c.html(docsPage(language, ownUrl(c).origin));
});

/** The language asked for in the address, else the one the browser prefers. */
function languageFor(c: Context): Language {
  const asked = c.req.query("lang");
  return languages.find((language) => language === asked) ?? languageOf(c.req.header("accept-language"));
}

/**
 * Everything comes from this server. Styles may stand inline, because the API reference writes its own into the page,
 * as elements and as attributes, without a nonce (Scalar 1.72.1, ApiReference.vue). `blob:` is how it shows an image
 * that an operation, tried in the page, answered with.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "connect-src 'self'",
  "font-src 'self' data:",
  "img-src 'self' data: blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");
