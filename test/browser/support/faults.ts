/**
 * Faults noted for every page of a context: console errors, uncaught errors, violations of the Content-Security-Policy,
 * requests to other origins.
 */
import type { BrowserContext, ConsoleMessage, Page, Request } from "playwright-core";

/** Starts watching. @returns the faults; the list grows. */
export async function watchForFaults(context: BrowserContext, origin: string): Promise<string[]> {
  const faults: string[] = [];
  const note = (kind: string, words: string) => faults.push(`${kind}: ${words}`);
  context.on("console", (message) => {
    if (message.type() === "error") note("console", described(message));
  });
  context.on("weberror", (failure) => note("uncaught", failure.error().stack ?? String(failure.error())));
  context.on("request", (request) => {
    if (leaves(request, origin))
      note("request to another origin", `${request.method()} ${withoutQuery(request.url())}`);
  });
  context.on("page", noteCrash);
  await context.exposeBinding(breachBinding, (_source, breach: string) => note("content security policy", breach));
  await context.addInitScript(reportBreaches, breachBinding);
  return faults;

  function noteCrash(page: Page) {
    page.on("crash", () => note("crash", page.url()));
  }
}

const breachBinding = "__noteBreachOfPolicy";

/** Runs in the page. Most violations are on the console as well, but not those of `trusted-types` alone. */
function reportBreaches(binding: string) {
  document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, sourceFile, sample }) => {
    const note = (globalThis as unknown as Record<string, (breach: string) => void>)[binding];
    note?.(`${effectiveDirective} blocked ${blockedURI} ${sample} in ${sourceFile ?? ""}`);
  });
}

function leaves(request: Request, origin: string): boolean {
  const url = new URL(request.url());
  return !["data:", "blob:", "about:"].includes(url.protocol) && url.origin !== origin;
}

const described = (message: ConsoleMessage): string => `${message.text()} (${withoutQuery(message.location().url)})`;

const withoutQuery = (url: string): string => url.split("?")[0] ?? url;

/** Network errors that a browser writes to the console when a server does not answer. */
export const brokenOff =
  /net::ERR_(CONNECTION_|CONTENT_LENGTH_|INCOMPLETE_|EMPTY_|INTERNET_DISCONNECTED|NETWORK_CHANGED|FAILED|ABORTED)/;
