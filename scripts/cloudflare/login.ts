/** Who deploys, and where to: wrangler's login (a browser's, or a token in the environment) and one account of it. */

import { wrangler } from "#scripts/wrangler/commands.ts";
import { type CloudflareApi, CloudflareError, cloudflareApi } from "./api.ts";

const NEEDED =
  'The template "Edit Cloudflare Workers" with Queues: Edit added is enough; --images-domain also needs Zone: Read and DNS: Edit';

type Credentials = { type: "api_token" | "oauth"; token: string } | { type: "api_key"; key: string; email: string };
type CloudflareAccount = { id: string; name: string };
/** `title` is what the terminal shows. */
export type ChosenAccount = { id: string; title: string };

/** The API under wrangler's own login. @throws Error that says how to log in */
export async function logIn(): Promise<CloudflareApi> {
  const credentials = await readCredentials();
  const headers: Record<string, string> =
    credentials.type === "api_key"
      ? { "x-auth-key": credentials.key, "x-auth-email": credentials.email }
      : { authorization: `Bearer ${credentials.token}` };
  return cloudflareApi({ headers });
}

async function readCredentials(): Promise<Credentials> {
  const { CLOUDFLARE_API_TOKEN: token, CLOUDFLARE_API_KEY: key } = process.env;
  // As wrangler would answer, a second sooner. A key of the whole account would count before it.
  if (token && !key) return { type: "api_token", token };
  try {
    // Warnings may stand around it.
    const json = /\{[\s\S]*\}/.exec(await wrangler(["auth", "token", "--json"]))?.[0] ?? "";
    return JSON.parse(json);
  } catch {
    // Its words are not repeated: what it prints in this place may be the token itself.
    throw new Error(
      "Not logged in to Cloudflare. With a browser: npx wrangler login. Without one: set CLOUDFLARE_API_TOKEN to a token " +
        `from https://dash.cloudflare.com/profile/api-tokens. ${NEEDED}.`,
    );
  }
}

/**
 * @param wanted the id of an account named for this run @param remembered the id of the last run's account
 * @throws Error when the login sees none, or several of which none was deployed to before
 */
export async function chooseAccount(
  api: CloudflareApi,
  { wanted, remembered }: { wanted: string | undefined; remembered: string | undefined },
): Promise<ChosenAccount> {
  if (wanted) return { id: wanted, title: wanted };
  const accounts = await asLoggedIn(() => api.list<CloudflareAccount>("/accounts"));
  const same = accounts.find(({ id }) => id === remembered);
  if (same) return titled(same);
  const [first, second] = accounts;
  if (first && !second) return titled(first);
  if (!first) {
    throw new Error("This login sees no account. Set CLOUDFLARE_ACCOUNT_ID to the id of the account to deploy to.");
  }
  const choices = accounts.map(({ id, name }) => `  CLOUDFLARE_ACCOUNT_ID=${id}   ${name}`).join("\n");
  throw new Error(`This login has several accounts. Say which one, before the command:\n${choices}`);
}

const titled = ({ id, name }: CloudflareAccount): ChosenAccount => ({ id, title: `${name} (${id})` });

/** Calls Cloudflare. @throws Error that names the login when Cloudflare refuses it */
export async function asLoggedIn<Result>(ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof CloudflareError) || !isRefusedLogin(error)) throw error;
    throw new Error(
      `${error.message}. The login is wrong, or may not do this. With a browser: npx wrangler login. ` +
        `With CLOUDFLARE_API_TOKEN: make another at https://dash.cloudflare.com/profile/api-tokens. ${NEEDED}.`,
    );
  }
}

// 10000 authentication error, 9109 invalid access token, 6003 invalid request headers: with statuses 400 to 403.
const isRefusedLogin = ({ status, code = 0 }: CloudflareError) =>
  status === 401 || status === 403 || [10_000, 9109, 6003].includes(code);
