import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";

/** Below the ports that Linux (32768) and other systems (49152) give to outgoing connections. */
const FIRST_PORT = 20_000;
const LAST_PORT = 32_767;
const TRIES = 100;

/**
 * A free TCP port of this machine that stays free until it is used, and while its server restarts: no outgoing
 * connection is given it meanwhile.
 * @throws Error when none of a hundred is free
 */
export async function anyFree(): Promise<number> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = randomInt(FIRST_PORT, LAST_PORT + 1);
    if (await isFree(port)) return port;
  }
  throw new Error(`No free port was found from ${FIRST_PORT} to ${LAST_PORT}.`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch {
    return false;
  }
  server.close();
  await once(server, "close");
  return true;
}
