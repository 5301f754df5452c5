/**
 * Cloudflare's REST API, for what wrangler does not tell in a form that a program can read. Takes the same login and
 * the same base address as wrangler. Knows nothing of this project.
 */
const BASE = "https://api.cloudflare.com/client/v4";
const TIMEOUT_MS = 30_000;
/** More is refused for accounts and zones. */
const MAX_PAGE_SIZE = 50;

/** A refusal of Cloudflare. */
export class CloudflareError extends Error {
  readonly status: number;
  /** Cloudflare's own number; undefined when it gave none. */
  readonly code: number | undefined;
  readonly reason: string;

  constructor(path: string, status: number, { code, message }: { code?: number; message?: string } = {}) {
    const reason = message ? `${message}${code ? ` (${code})` : ""}` : `status ${status}`;
    super(`Cloudflare refused ${path.split("?")[0]}: ${reason}`);
    this.status = status;
    this.code = code;
    this.reason = reason;
  }
}

/** The calls, each of a path below the base address. The caller names the type of the result. */
export type CloudflareApi = {
  get<Result>(path: string): Promise<Result>;
  /** Undefined when there is nothing at the path. */
  find<Result>(path: string): Promise<Result | undefined>;
  /** Every entry of a list that comes in numbered pages. */
  list<Entry>(path: string): Promise<Entry[]>;
  put(path: string, body: unknown): Promise<unknown>;
  delete(path: string, body?: unknown): Promise<unknown>;
};

type Envelope = { success: true; result?: unknown; result_info?: { total_count?: number; total?: number } };
type Parsed = Partial<Omit<Envelope, "success">> & {
  success?: boolean;
  errors?: { code?: number; message?: string }[];
};

/** @param headers carry the login. Every call throws `CloudflareError` at a refusal, `Error` when nothing answers. */
export function cloudflareApi({
  headers,
  base = process.env.CLOUDFLARE_API_BASE_URL || BASE,
}: {
  headers: Record<string, string>;
  base?: string;
}): CloudflareApi {
  async function answer(path: string, { method = "GET", body }: { method?: string; body?: unknown } = {}) {
    const response = await reach(`${base}${path}`, {
      method,
      headers: { ...headers, ...(body !== undefined && { "content-type": "application/json" }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    const envelope: Parsed | undefined = text === "" && response.ok ? { success: true } : parsed(text);
    if (envelope?.success !== true) throw new CloudflareError(path, response.status, envelope?.errors?.[0]);
    return envelope;
  }

  return {
    get: async <Result>(path: string) => (await answer(path)).result as Result,
    find: async <Result>(path: string) => {
      try {
        return (await answer(path)).result as Result;
      } catch (error) {
        if (error instanceof CloudflareError && error.status === 404) return undefined;
        throw error;
      }
    },
    list: async <Entry>(path: string) => {
      const entries: Entry[] = [];
      for (let number = 1; ; number += 1) {
        const separator = path.includes("?") ? "&" : "?";
        const envelope = await answer(`${path}${separator}page=${number}&per_page=${MAX_PAGE_SIZE}`);
        const page = envelope.result as Entry[];
        entries.push(...page);
        const info = envelope.result_info;
        const total = info?.total_count ?? info?.total ?? entries.length;
        if (page.length === 0 || entries.length >= total) return entries;
      }
    },
    put: async (path: string, body: unknown) => (await answer(path, { method: "PUT", body })).result,
    delete: async (path: string, body?: unknown) => (await answer(path, { method: "DELETE", body })).result,
  };
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    throw new Error(`${new URL(url).host} cannot be reached (${networkReason(error)}). Nothing is lost; try again.`);
  }
}

/** What a failed `fetch` says of its cause: the system's code where there is one. */
export function networkReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause as { code?: string; message?: string } | undefined;
  return cause?.code ?? cause?.message ?? error.message;
}

function parsed(text: string): Parsed | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
