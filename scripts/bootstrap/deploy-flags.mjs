// @ts-check
// The flags of `npm run deploy` and `npm run destroy`. No I/O. Runs on Node 18.

import { parseFlags, UsageError } from "./flags.mjs";

const DEPLOY_USAGE = `Usage: npm run deploy [-- flags]

  --dry-run               list what a deployment changes, and change nothing
  --plan free|paid        the plan of the account (default free; remembered)
  --images-domain DOMAIN  serve images from this domain, which must be on the same account (remembered);
                          "none": from the API's own /images again
  --subdomain NAME        register NAME.workers.dev for an account that has no such name yet
  --name NAME             the first word of all names on the account (default dreamina; remembered)
  --new-key               make a new SECRET_KEY; the previous one, of which this machine has a copy, stays valid
  --forget-old-key        with --new-key, when that copy is lost: running tasks lose their sessions, all tasks their readers
  --new-admin-key         make another key for the administrator and show it once; the present one ends
  --state DIR             where the choices and the key are kept (default .cloudflare)
  --help                  show this`;

const DESTROY_USAGE = `Usage: npm run destroy [-- flags]

  --yes            do not ask; required without a terminal
  --with-pictures  also delete the images and their bucket
  --name NAME      the first word of all names on the account (default: as deployed)
  --state DIR      where the choices and the key are kept (default .cloudflare)
  --help           show this`;

const SHARED = /** @type {const} */ ({
  name: { type: "string" },
  state: { type: "string" },
  help: { type: "boolean", short: "h" },
});
const DEPLOY = /** @type {const} */ ({
  ...SHARED,
  "dry-run": { type: "boolean" },
  plan: { type: "string" },
  "images-domain": { type: "string" },
  subdomain: { type: "string" },
  "new-key": { type: "boolean" },
  "forget-old-key": { type: "boolean" },
  "new-admin-key": { type: "boolean" },
});
const DESTROY = /** @type {const} */ ({ ...SHARED, yes: { type: "boolean" }, "with-pictures": { type: "boolean" } });

/** A DNS label, because Workers' names are part of addresses; short enough for the longest suffix, "-tasks-dead". */
const NAME = /^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/;
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const DOMAIN = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;

/** @typedef {{ help: boolean, name: string | undefined, state: string }} SharedFlags */

/**
 * A choice without its flag is undefined; the remembered one applies then. `imagesDomain` is null after "none".
 *
 * @typedef {SharedFlags & {
 *   dryRun: boolean, newKey: boolean, forgetOldKey: boolean, newAdminKey: boolean,
 *   plan: "free" | "paid" | undefined, subdomain: string | undefined, imagesDomain: string | null | undefined,
 * }} DeployFlags
 */

/** @typedef {SharedFlags & { yes: boolean, withPictures: boolean }} DestroyFlags */

/**
 * @param {string[]} args
 * @param {import("./flags.mjs").Env} [env]
 * @returns {DeployFlags}
 */
function readDeploy(args, env = {}) {
  const values = parseFlags(args, env, { npmCommand: "npm run deploy", options: DEPLOY });
  const { plan, subdomain } = values;
  if (plan !== undefined && plan !== "free" && plan !== "paid") {
    throw new UsageError(`--plan must be free or paid, not "${plan}".`);
  }
  if (subdomain !== undefined && !LABEL.test(subdomain)) {
    throw new UsageError(`--subdomain must be small letters, digits and dashes, not "${subdomain}".`);
  }
  return {
    ...shared(values),
    dryRun: values["dry-run"] ?? false,
    newKey: values["new-key"] ?? false,
    forgetOldKey: values["forget-old-key"] ?? false,
    newAdminKey: values["new-admin-key"] ?? false,
    plan,
    subdomain,
    imagesDomain: readDomain(values["images-domain"]),
  };
}

/**
 * @param {string[]} args
 * @param {import("./flags.mjs").Env} [env]
 * @returns {DestroyFlags}
 */
function readDestroy(args, env = {}) {
  const values = parseFlags(args, env, { npmCommand: "npm run destroy", options: DESTROY });
  return { ...shared(values), yes: values.yes ?? false, withPictures: values["with-pictures"] ?? false };
}

/**
 * @param {{ name?: string | undefined, state?: string | undefined, help?: boolean | undefined }} values
 * @returns {SharedFlags}
 */
function shared({ name, state, help = false }) {
  if (name !== undefined && !NAME.test(name)) {
    throw new UsageError(`--name must be at most 40 small letters, digits and dashes, not "${name}".`);
  }
  if (state === "") throw new UsageError("--state needs a directory.");
  return { help, name, state: state ?? ".cloudflare" };
}

/** @param {string | undefined} text */
function readDomain(text) {
  if (text === undefined) return undefined;
  if (text === "none") return null;
  const domain = text.toLowerCase();
  if (DOMAIN.test(domain)) return domain;
  throw new UsageError(`--images-domain must be a domain like pics.example.com, not "${text}".`);
}

export const deployFlags = { usage: DEPLOY_USAGE, read: readDeploy };
export const destroyFlags = { usage: DESTROY_USAGE, read: readDestroy };
