// Who deploys, and where to: wrangler's login (a browser's, or a token in the environment) and one account of it.

import { CloudflareError, cloudflareApi } from "./api.mjs";
import { wrangler } from "./commands.mjs";

const NEEDED =
  'The template "Edit Cloudflare Workers" with Queues: Edit added is enough; --images-domain also needs Zone: Read and DNS: Edit';

/** @returns the API as the one who is logged in */
export async function logIn() {
  const credentials = await readCredentials();
  const headers =
    credentials.type === "api_key"
      ? { "x-auth-key": credentials.key, "x-auth-email": credentials.email }
      : { authorization: `Bearer ${credentials.token}` };
  return cloudflareApi({ headers });
}

async function readCredentials() {
  const { CLOUDFLARE_API_TOKEN: token, CLOUDFLARE_API_KEY: key } = process.env;
  // As wrangler would answer, a second sooner. A key of the whole account would count before it.
  if (token && !key) return { type: "api_token", token };
  try {
    // Warnings may stand around it.
    const [json] = /\{[\s\S]*\}/.exec(await wrangler(["auth", "token", "--json"]));
    return JSON.parse(json);
  } catch {
    // Its words are not repeated: what it prints in this place may be the token itself.
    throw new Error(
      "Not logged in to Cloudflare. With a browser: npx wrangler login. Without one: set CLOUDFLARE_API_TOKEN to a token " +
        `from https://dash.cloudflare.com/profile/api-tokens. ${NEEDED}.`,
    );
  }
}

/** @param wanted an account that was named for this run @param remembered that of the last one */
export async function chooseAccount(api, { wanted, remembered }) {
  if (wanted) return { id: wanted, title: wanted };
  const accounts = await asLoggedIn(() => api.list("/accounts"));
  const same = accounts.find(({ id }) => id === remembered);
  if (same) return titled(same);
  if (accounts.length === 1) return titled(accounts[0]);
  if (accounts.length === 0) {
    throw new Error("This login sees no account. Set CLOUDFLARE_ACCOUNT_ID to the id of the account to deploy to.");
  }
  const choices = accounts.map(({ id, name }) => `  CLOUDFLARE_ACCOUNT_ID=${id}   ${name}`).join("\n");
  throw new Error(`This login has several accounts. Say which one, before the command:\n${choices}`);
}

const titled = ({ id, name }) => ({ id, title: `${name} (${id})` });

/** Runs what asks Cloudflare; a refused login is told as that. */
export async function asLoggedIn(ask) {
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
const isRefusedLogin = ({ status, code }) => status === 401 || status === 403 || [10_000, 9109, 6003].includes(code);
