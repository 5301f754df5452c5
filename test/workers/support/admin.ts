/** A server with an administrator, as programs use it. */
import { call } from "./stage.ts";

export const adminKey = "adm-test-0123456789abcdef0123456789abcdef";

/** SHA-256 of the key above. */
export const adminBindings = {
  ADMIN_KEY_HASH: "838f6451919b8b7fcfa70e31b0aed257c5f7753222d7d17b4ef462446688ae44",
};

type Init = { method?: string; body?: unknown; headers?: Record<string, string> };

export const adminCall = (path: string, { method = "GET", body, headers = {} }: Init = {}, bindings: object = {}) =>
  call(
    `/v1/admin${path}`,
    {
      method,
      headers: { authorization: `Bearer ${adminKey}`, "content-type": "application/json", ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    },
    { ...adminBindings, ...bindings },
  );

export async function adminJson<T>(...given: Parameters<typeof adminCall>): Promise<T> {
  const answer = await adminCall(...given);
  if (!answer.ok) throw new Error(`${given[0]}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

export type KeyRow = {
  id: string;
  key: string;
  name: string;
  masked: string;
  is_expired: boolean;
  limits: Record<string, unknown>;
  usage: { today: number; this_month: number; reserved: number; under_way: number; day_resets_at: number };
};

export const aNamedKey = (body: object = {}) =>
  adminJson<KeyRow>("/keys", { method: "POST", body: { name: "a bot", ...body } });

export const keyRows = async () => (await adminJson<{ data: KeyRow[] }>("/keys")).data;

export const usageOf = async (id: string) => (await keyRows()).find((row) => row.id === id)?.usage;

export type CredentialRow = {
  id: string;
  name: string;
  credential: string;
  place: string;
  weight: number;
  paused: boolean;
  health: string;
  out_until: number | null;
  running: string[];
  slots: number;
  last_refusal: { code: string; hint: string } | null;
  alive: boolean | null;
  credits: { total: number } | null;
  check_error: { code: string } | null;
  gift: { received: number } | null;
  is_new?: boolean;
};

export const toPool = async (credentials: string[], rest: object = {}): Promise<CredentialRow[]> =>
  (
    await adminJson<{ data: CredentialRow[] }>("/credentials", {
      method: "POST",
      body: { credentials: credentials.join("\n"), ...rest },
    })
  ).data;

type Page = { data: CredentialRow[]; has_more: boolean; last_id: string | null; in_settings: number };

export const poolPage = (query = "") => adminJson<Page>(`/credentials${query}`);

/** The only member of the pool, or the first one. */
export async function firstMember(): Promise<CredentialRow> {
  const [row] = (await poolPage()).data;
  if (row === undefined) throw new Error("the pool is empty");
  return row;
}

/** A call of a user of a named key. */
export const callAs = (key: string, path: string, body?: object, headers: Record<string, string> = {}) =>
  call(path, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json", ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

export const generate = (key: string, body: object = {}, headers: Record<string, string> = {}) =>
  callAs(key, "/v1/images/generations", { prompt: "a lighthouse", resolution: "1k", n: 1, ...body }, headers);

/** For routes outside of /v1/admin, and answers as they are. @param settings beside the key. */
export function anAdministrator(settings: object = {}) {
  const bindings = { ...adminBindings, ...settings };
  const ask = (path: string, init: RequestInit = {}) =>
    call(path, { ...init, headers: { authorization: `Bearer ${adminKey}`, ...init.headers } }, bindings);
  return { bindings, ask, get: async <T>(path: string): Promise<T> => (await ask(path)).json<T>() };
}
