#!/bin/sh
# With several Workers in one `wrangler dev`, the command that it prints for a cron trigger reaches the first Worker only.
#
# `wrangler dev -c front.json -c back.json`, where only the second Worker has `triggers.crons` and a `scheduled` handler,
# says: "To manually trigger a scheduled event, run: curl http://…/cdn-cgi/local/scheduled". That address, also with
# `?cron=` of the second Worker's own cron, runs the event in the first Worker, which has no such handler: 500, body
# "exception". The handler of the second Worker cannot be run in such a session, so a consumer's daily work is
# tried in a session of its own, or by calling its handler in a test.
#
# Installs wrangler and a Node for it into a temporary folder; everything is on 127.0.0.1. Exit code 0: the behaviour is
# unchanged.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true,"type":"module"}' >package.json
npm install --no-audit --no-fund --loglevel=error wrangler@4.155.0 node@24.21.0

cat >front.js <<'JS'
export default { fetch: () => new Response("front") };
JS
cat >back.js <<'JS'
export default {
  fetch: () => new Response("back"),
  scheduled() {
    console.log("THE SCHEDULED HANDLER RAN");
  },
};
JS
echo '{"name":"front","main":"front.js","compatibility_date":"2026-10-20","send_metrics":false}' >front.json
echo '{"name":"back","main":"back.js","compatibility_date":"2026-10-20","send_metrics":false,"triggers":{"crons":["30 16 * * *"]}}' >back.json

cat >probe.mjs <<'JS'
import { spawn } from "node:child_process";
import { once } from "node:events";

/** Starts wrangler with these configurations. @returns what the address of a scheduled event answers, and the output. */
async function triggered(configs, port) {
  const flags = configs.flatMap((config) => ["-c", config]);
  const wrangler = spawn(
    process.execPath,
    ["node_modules/wrangler/wrangler-dist/cli.js", "dev", ...flags, "--port", String(port), "--inspector-port", "0"],
    { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, CI: "1" } },
  );
  let output = "";
  const ready = new Promise((resolve, reject) => {
    const take = (text) => {
      output += text;
      if (/Ready on/.test(output)) resolve();
    };
    wrangler.stdout.setEncoding("utf8").on("data", take);
    wrangler.stderr.setEncoding("utf8").on("data", take);
    wrangler.on("exit", (code) => reject(new Error(`wrangler ended with ${code}:\n${output}`)));
    setTimeout(() => reject(new Error(`not ready after 60 s:\n${output}`)), 60_000).unref();
  });
  try {
    await ready;
    const answers = [];
    for (const query of ["", "?cron=30+16+*+*+*"]) {
      const answer = await fetch(`http://127.0.0.1:${port}/cdn-cgi/local/scheduled${query}`);
      answers.push(`${answer.status} ${await answer.text()}`);
    }
    await new Promise((next) => setTimeout(next, 500));
    return { answers, hasRun: output.includes("THE SCHEDULED HANDLER RAN"), isAdvised: output.includes("/scheduled") };
  } finally {
    wrangler.removeAllListeners("exit");
    const ended = once(wrangler, "exit");
    wrangler.kill("SIGINT");
    await ended;
  }
}

const alone = await triggered(["back.json"], 8971);
const second = await triggered(["front.json", "back.json"], 8972);
console.log(`wrangler 4.155.0
  the Worker alone:      ${JSON.stringify(alone)}
  as the second Worker:  ${JSON.stringify(second)}`);
const isAsSeen =
  alone.hasRun &&
  alone.answers.every((answer) => answer.startsWith("200")) &&
  second.isAdvised &&
  !second.hasRun &&
  second.answers.every((answer) => answer === "500 exception");
console.log(isAsSeen ? "UNCHANGED: only the first Worker gets scheduled events." : "CHANGED.");
process.exit(isAsSeen ? 0 : 1);
JS
node_modules/node/bin/node probe.mjs
