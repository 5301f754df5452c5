// The flags of `npm run deploy` and `npm run destroy`. No I/O: text in, flags or a sentence about what is wrong out.
// Runs on Node 18.

import { parseArgs } from "node:util";

export const DEPLOY_USAGE = `Usage: npm run deploy [-- flags]

  --dry-run               say what would be done, and do nothing
  --plan free|paid        the plan of the account (default free; remembered)
  --images-domain DOMAIN  serve pictures from this domain of yours, which must be on the same account (remembered);
                          "none": from the API's own /images again
  --subdomain NAME        register NAME.workers.dev for an account that has no such name yet
  --name NAME             what all names on the account begin with (default dreamina; remembered)
  --new-key               make a new SECRET_KEY; the one before it, of which a copy is on this machine, stays understood
  --forget-old-key        with --new-key, when that copy is lost: running tasks lose their sessions, all their readers
  --state DIR             where the choices and the key are kept (default .cloudflare)
  --help                  show this`;

export const DESTROY_USAGE = `Usage: npm run destroy [-- flags]

  --yes            do not ask; needed without a terminal
  --with-pictures  also delete the pictures and their bucket
  --name NAME      what all names on the account begin with (default: as deployed)
  --state DIR      where the choices and the key are kept (default .cloudflare)
  --help           show this`;

const SHARED = { name: { type: "string" }, state: { type: "string" }, help: { type: "boolean", short: "h" } };
const DEPLOY = {
  ...SHARED,
  "dry-run": { type: "boolean" },
  plan: { type: "string" },
  "images-domain": { type: "string" },
  subdomain: { type: "string" },
  "new-key": { type: "boolean" },
  "forget-old-key": { type: "boolean" },
};
const DESTROY = { ...SHARED, yes: { type: "boolean" }, "with-pictures": { type: "boolean" } };

/** A DNS label, because Workers' names are part of addresses; short enough for the longest suffix, "-tasks-dead". */
const NAME = /^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/;
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const DOMAIN = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;

export class UsageError extends Error {}

/** What was not said is undefined: it may be remembered. */
export function readDeployFlags(args, env = {}) {
  const values = read(args, env, { command: "deploy", options: DEPLOY });
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
    plan,
    subdomain,
    imagesDomain: readDomain(values["images-domain"]),
  };
}

export function readDestroyFlags(args, env = {}) {
  const values = read(args, env, { command: "destroy", options: DESTROY });
  return { ...shared(values), yes: values.yes ?? false, withPictures: values["with-pictures"] ?? false };
}

function read(args, env, { command, options }) {
  refuseSwallowed(args, env, { command, names: Object.keys(options) });
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    // "Unknown option '--x'. To specify a positional …": the first sentence is what a person needs.
    throw new UsageError(`${error.message.split(/\.\s|\n/)[0].replace(/\.$/, "")}.`);
  }
}

// `npm run deploy --dry-run` without the dashes before it is kept by npm, and would deploy in earnest.
function refuseSwallowed(args, env, { command, names }) {
  const isKept = (flag) => env[`npm_config_${flag.replaceAll("-", "_")}`] && !args.includes(`--${flag}`);
  const name = names.find(isKept);
  if (name === undefined) return;
  throw new UsageError(`npm kept --${name} for itself. Put -- before the flags: npm run ${command} -- --${name} …`);
}

function shared({ name, state, help = false }) {
  if (name !== undefined && !NAME.test(name)) {
    throw new UsageError(`--name must be at most 40 small letters, digits and dashes, not "${name}".`);
  }
  if (state === "") throw new UsageError("--state needs a directory.");
  return { help, name, state: state ?? ".cloudflare" };
}

/** Null says: none. */
function readDomain(text) {
  if (text === undefined) return undefined;
  if (text === "none") return null;
  const domain = text.toLowerCase();
  if (DOMAIN.test(domain)) return domain;
  throw new UsageError(`--images-domain must be a domain like pics.example.com, not "${text}".`);
}
