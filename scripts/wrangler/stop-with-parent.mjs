// Loaded into wrangler (`node --import`): stops it when the script that started it is gone without having been able
// to say so (SIGKILL, a crash). Everything else is scripts/bootstrap/processes.mjs.

import { isMainThread } from "node:worker_threads";

const CHECK_MS = 500;

if (isMainThread) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, "SIGTERM");
  }, CHECK_MS);
  timer.unref();
}
