// Cloudflare's REST API, for what wrangler does not tell in a form that a program can read. Takes the same login and the
// same base address as wrangler. Knows nothing of this project.

const BASE = "https://api.cloudflare.com/client/v4";
const TIMEOUT_MS = 30_000;
/** More is refused for accounts and zones. */
const LARGEST_PAGE = 50;

/** A refusal. `code` is Cloudflare's own number, undefined when it gave none. */
export class CloudflareError extends Error {
  constructor(path, status, { code, message } = {}) {
    const reason = message ? `${message}${code ? ` (${code})` : ""}` : `status ${status}`;
    super(`Cloudflare refused ${path.split("?")[0]}: ${reason}`);
    this.status = status;
    this.code = code;
    this.reason = reason;
  }
}

/** @param headers what carries the login @returns functions of a path below the base address */
export function cloudflareApi({ headers, base = process.env.CLOUDFLARE_API_BASE_URL || BASE }) {
  async function answer(path, { method = "GET", body } = {}) {
    const response = await reach(`${base}${path}`, {
      method,
      headers: { ...headers, ...(body !== undefined && { "content-type": "application/json" }) },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    const envelope = text === "" && response.ok ? { success: true } : parsed(text);
    if (envelope?.success !== true) throw new CloudflareError(path, response.status, envelope?.errors?.[0]);
    return envelope;
  }

  return {
    get: async (path) => (await answer(path)).result,
    /** Undefined for what is not there. */
    find: async (path) => {
      try {
        return (await answer(path)).result;
      } catch (error) {
        if (error instanceof CloudflareError && error.status === 404) return undefined;
        throw error;
      }
    },
    /** Every entry of a list that comes in numbered pages. */
    list: async (path) => {
      const entries = [];
      for (let page = 1; ; page += 1) {
        const separator = path.includes("?") ? "&" : "?";
        const { result, result_info: info } = await answer(`${path}${separator}page=${page}&per_page=${LARGEST_PAGE}`);
        entries.push(...result);
        const total = info?.total_count ?? info?.total ?? entries.length;
        if (result.length === 0 || entries.length >= total) return entries;
      }
    },
    put: async (path, body) => (await answer(path, { method: "PUT", body })).result,
    delete: async (path, body) => (await answer(path, { method: "DELETE", body })).result,
  };
}

async function reach(url, init) {
  try {
    return await fetch(url, init);
  } catch (error) {
    const reason = error.cause?.code ?? error.cause?.message ?? error.message;
    throw new Error(`${new URL(url).host} cannot be reached (${reason}). Nothing is lost; try again.`);
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
