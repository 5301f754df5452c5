/**
 * Whether wrangler ends because another program took a port of an inner socket. miniflare 4 gives such a socket a free
 * port, and binds the same port again after its own reload during the start; in between the port is free for others.
 */
export function isInnerPortTaken(line: string): boolean {
  return INNER_PORT_TAKEN.test(line);
}

const INNER_PORT_TAKEN = /Address already in use \(socket "direct:/;
