#!/bin/sh
# `expect.poll` of Vitest says "must be called inside a test" inside of a concurrent test, once another one has ended.
#
# The imported `expect` asks Vitest which test runs. Of concurrent tests it knows one at a time, and none after one of them
# has ended, so `expect.poll` throws at once, before it looks at anything; the other matchers of the same `expect` work there.
# Alone, or chosen by `-t`, the same test passes, so that the fault is seen only in whole runs. The `expect` of the test's
# context (`({ expect }) => …`) works in both.
#
# Installs Vitest and a Node for it into a temporary folder. Exit code 0: the behaviour is unchanged.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true,"type":"module"}' >package.json
npm install --no-audit --no-fund --loglevel=error vitest@5.1.1 node@24.21.0

cat >poll.test.js <<'JS'
import { expect, it } from "vitest";
const pause = () => new Promise((resolve) => setTimeout(resolve, 100));
it.concurrent("quick", () => {});
it.concurrent("imported", async () => {
  await pause();
  expect(1).toBe(1);
  await expect.poll(() => 1).toBe(1);
});
it.concurrent("of the context", async ({ expect }) => {
  await pause();
  await expect.poll(() => 1).toBe(1);
});
JS

run() {
  # It fails where a test does, as is expected here.
  node_modules/node/bin/node node_modules/vitest/vitest.mjs run --reporter=json --outputFile=report.json "$@" >/dev/null 2>&1 || true
  node_modules/node/bin/node -e '
    const { testResults } = JSON.parse(require("fs").readFileSync("report.json", "utf8"));
    for (const { title, status, failureMessages } of testResults[0].assertionResults)
      if (status !== "skipped") console.log(title + ": " + status + " " + (failureMessages[0] ?? "").split("\n")[0]);
  '
}

echo "vitest 5.1.1, three concurrent tests:"
together=$(run)
echo "$together"
echo "one of them alone:"
alone=$(run -t "imported")
echo "$alone"

echo "$together" | grep -q "^imported: failed Error: expect.poll() must be called inside a test"
echo "$together" | grep -q "^of the context: passed"
echo "$alone" | grep -q "^imported: passed"
