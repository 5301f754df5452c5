/** The flags of `npm run batch` and of the package's command. No I/O. */
import { type Env, parseFlags, UsageError } from "#scripts/bootstrap/flags.mjs";
import { isKnownName, nearestName } from "./input/field-names.ts";
import { maxExpansions } from "./limits.ts";

/** How people start the command, and whether it can start a server itself. */
export type Command = { name: string; hasLocal: boolean };

const defaultUrl = "http://localhost:8787";
/** Of the simulated Dreamina, which knows no others than those like it. */
const demoSession = "us-demo-us";
const isDemo = (session: string): boolean => /(^|-)demo-(key-)?[a-z]{2}(-|$)/.test(session.trim());

const usageOf = ({ name, hasLocal }: Command): string => `Usage: ${name} FILE [flags]

FILE: JSONL (a request a line), CSV or TSV with a header, text (a prompt a line), or - for the standard input.
Started again with the same arguments, it goes on where it was.

  --out DIR          where images, manifest.jsonl and the state go (default pictures)
  --url URL          the server (default ${defaultUrl})
  --session LIST     sessions or keys, or an API key of the server; better: the environment variable DREAMINA_SESSION
${hasLocal ? "  --local            start a server for this run, with a simulated Dreamina, and stop it at the end\n  --live             with --local: the real Dreamina\n" : ""}
  --set FIELD=VALUE  a field of every request that does not have it, such as model=dreamina-4.5; may be repeated
  --wordlists DIR    where __animal__ in a prompt finds animal.txt
  --random N         N prompts of each template at random, in place of all
  --seed TEXT        begins that choice (default 0); the same seed chooses the same
  --no-templates     send prompts as they stand, with their braces
  --dry-run          show the number of requests, the first prompts and the estimated credits; send nothing
  --skip-invalid     leave out invalid lines; otherwise one of them keeps all from being sent

  --retry-failed     send the failed and cancelled requests of this run again
  --new-session      go on with other sessions: keep the completed requests, send the rest again
  --cancel           cancel what has not ended, and fetch what has
  --help             show this

Exit codes: 0 all completed, 1 some are not, 2 wrong flags or an invalid file, 130 after Ctrl-C.`;

const options = {
  out: { type: "string" },
  url: { type: "string" },
  session: { type: "string" },
  local: { type: "boolean" },
  live: { type: "boolean" },
  set: { type: "string", multiple: true },
  wordlists: { type: "string" },
  random: { type: "string" },
  seed: { type: "string" },
  "no-templates": { type: "boolean" },
  "dry-run": { type: "boolean" },
  "skip-invalid": { type: "boolean" },
  "retry-failed": { type: "boolean" },
  "new-session": { type: "boolean" },
  cancel: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

export type BatchFlags = {
  help: boolean;
  /** "-": the standard input. */
  file: string;
  out: string;
  /** The server's address; null: the command starts one. */
  url: string | null;
  live: boolean;
  /** Empty for a dry run without one. */
  credential: string;
  /** Remarks on the flags for the person at the terminal. */
  notes: string[];
  set: Record<string, unknown>;
  templates: boolean;
  wordlists: string | undefined;
  /** Prompts of each template; null: all. */
  random: number | null;
  seed: string;
  dryRun: boolean;
  skipInvalid: boolean;
  retryFailed: boolean;
  newSession: boolean;
  cancel: boolean;
};

/** `read` throws UsageError. */
export const batchFlags = (command: Command) => ({
  usage: usageOf(command),
  usageExitCode: 2,
  read(args: string[], env: Env = {}): BatchFlags {
    const words: string[] = [];
    const values = parseFlags(args, env, { npmCommand: command.name.replace(/ --$/, ""), options, words });
    const { help = false, local = false, live = false } = values;
    if (local && !command.hasLocal) {
      throw new UsageError(
        "--local needs a clone of the project: npm run batch there. This command needs a server: --url.",
      );
    }
    if (live && !local) throw new UsageError("--live belongs to --local; a server with --url decides by itself.");
    if (local && values.url !== undefined) throw new UsageError("--local and --url exclude each other.");
    if (values.cancel && values["retry-failed"])
      throw new UsageError("--cancel and --retry-failed exclude each other.");
    if (values.cancel && values["new-session"]) {
      throw new UsageError("--cancel needs the sessions that made the run, so it excludes --new-session.");
    }
    const file = help ? "" : fileIn(words);
    const isSimulated = local && !live;
    const text = values.session ?? env.DREAMINA_SESSION ?? "";
    // A dry run asks for prices only, which everybody may see.
    const needsNone = help || (values["dry-run"] === true && text.trim() === "");
    const given = needsNone ? "" : readCredential(text, isSimulated);
    const isReplaced = isSimulated && given !== "" && !given.split(",").every(isDemo);
    return {
      help,
      file,
      out: nonEmpty("--out", values.out ?? "pictures"),
      url: local ? null : readUrl(values.url ?? defaultUrl),
      live,
      credential: isReplaced ? demoSession : given,
      notes: isReplaced
        ? [`The simulated Dreamina knows no real session: ${demoSession} is used. --live uses the real one and yours.`]
        : [],
      set: Object.fromEntries((values.set ?? []).map(readField)),
      templates: !values["no-templates"],
      wordlists: values.wordlists,
      random: values.random === undefined ? null : readRandom(values.random),
      seed: values.seed ?? "0",
      dryRun: values["dry-run"] ?? false,
      skipInvalid: values["skip-invalid"] ?? false,
      retryFailed: values["retry-failed"] ?? false,
      newSession: values["new-session"] ?? false,
      cancel: values.cancel ?? false,
    };
  },
});

function fileIn(words: string[]): string {
  const [file, ...others] = words;
  if (file === undefined || file === "")
    throw new UsageError("Name the file with the prompts, or - for the standard input.");
  if (others.length > 0) throw new UsageError(`One file at a time: ${words.join(" ")} are ${words.length}.`);
  return file;
}

function nonEmpty(flag: string, text: string): string {
  if (text === "") throw new UsageError(`${flag} needs a value.`);
  return text;
}

function readUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!/^[a-z][a-z\d+.-]*:\/\//i.test(text) && URL.canParse(`http://${text}`)) {
    // An address with a password is not shown.
    const shown = /^[\w.:/[\]-]+$/.test(text) ? text : "…";
    throw new UsageError(`--url needs http:// or https:// in front: write http://${shown}.`);
  }
  const isPlain =
    url !== null && /^https?:$/.test(url.protocol) && !url.search && !url.hash && !url.username && !url.password;
  if (!isPlain) throw new UsageError("--url must be an http or https address without query or password.");
  // As clients of OpenAI take it.
  return url.href.replace(/\/+$/, "").replace(/(\/openai)?\/v1$/, "");
}

/** Never shown, also when it is wrong. */
function readCredential(text: string, isSimulated: boolean): string {
  const credential = text.trim() || (isSimulated ? demoSession : "");
  if (credential === "") {
    throw new UsageError(
      "Set DREAMINA_SESSION to your sessions or keys, or to an API key of the server (or use --session).",
    );
  }
  if (/^[\x21-\x7e]+( *, *[\x21-\x7e]+)*$/.test(credential)) return credential;
  throw new UsageError("The session has characters that no session has, such as blanks or line breaks; copy it again.");
}

/** Numbers and booleans are sent as such. */
function readField(text: string): [string, unknown] {
  const [, name, value] = /^([A-Za-z]\w*)=([\s\S]*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new UsageError(`--set must be FIELD=VALUE, not "${text}".`);
  if (!isKnownName(name)) {
    const near = nearestName(name);
    throw new UsageError(
      `--set ${name}: the API has no such field. ${near === null ? "The page /docs of the server lists its fields." : `Did you mean ${near}?`}`,
    );
  }
  if (name === "custom_id") throw new UsageError("--set cannot give every request the same custom_id.");
  return [name, /^(true|false|-?\d+(\.\d+)?)$/.test(value) ? JSON.parse(value) : value];
}

function readRandom(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= maxExpansions) return count;
  throw new UsageError(`--random must be a number from 1 to ${maxExpansions}, not "${text}".`);
}
