// Loaded into the processes of a test (`node --import`): addresses below workers.dev lead to the stand-in, and
// everything else outside this machine to an error. A test that would reach the real Cloudflare fails.

const real = globalThis.fetch;

globalThis.fetch = (input, init) => {
  const url = new URL(input instanceof Request ? input.url : input);
  if (url.hostname.endsWith(".workers.dev")) {
    return real(`${process.env.STAND_IN}/_health/${url.hostname}${url.pathname}`, init);
  }
  if (["127.0.0.1", "localhost", "[::1]"].includes(url.hostname)) return real(input, init);
  throw new Error(`a test asked for ${url.host}`);
};
