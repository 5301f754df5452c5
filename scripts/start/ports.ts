/** Finds out which TCP ports of this machine are free. */
import { createServer } from "node:net";

// Something may listen on one address only; a port counts as free when it is free on all of them.
const ADDRESSES = ["127.0.0.1", "::1", "0.0.0.0", "::"];
const MAX_PORT = 65_535;

/** Whether no program listens on the port. */
export async function isFree(port: number): Promise<boolean> {
  for (const address of ADDRESSES) {
    const failure = await tryToListen(port, address);
    if (failure === "EADDRINUSE" || failure === "EACCES") return false;
  }
  return true;
}

/** The first free port from `port` upwards. */
export async function nextFree(port: number): Promise<number> {
  for (let candidate = port; candidate <= MAX_PORT; candidate += 1) {
    if (await isFree(candidate)) return candidate;
  }
  throw new Error(`no free port from ${port} upwards`);
}

/**
 * The error code of listening there; undefined when it works. A machine without IPv6 answers EADDRNOTAVAIL for its
 * addresses.
 */
function tryToListen(port: number, address: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code));
    server.listen({ port, host: address, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}
