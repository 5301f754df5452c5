/**
 * An HTTP proxy that notes violations of the Content-Security-Policy: it has the browser report them, and passes all
 * else on as it is.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, request as requestFrom, type ServerResponse } from "node:http";

export type PolicyProxy = { port: number; violations: string[]; close: () => void };

/** On the page's own origin. */
const reportPath = "/__violations";

export async function startPolicyProxy(): Promise<PolicyProxy> {
  const violations: string[] = [];
  const server = createServer((request, answer) => {
    const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
    if (url.pathname !== reportPath) return passOn(url, request, answer);
    void textOf(request).then((text) => violations.push(described(text)));
    answer.writeHead(204).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    port: address.port,
    violations,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function passOn(url: URL, request: IncomingMessage, answer: ServerResponse): void {
  const { "proxy-connection": _hop, ...headers } = request.headers;
  const forwarded = requestFrom(url, { method: request.method, headers }, (response) => {
    const policy = response.headers["content-security-policy"];
    if (policy !== undefined) response.headers["content-security-policy"] = `${policy}; report-uri ${reportPath}`;
    answer.writeHead(response.statusCode ?? 502, response.headers);
    answer.flushHeaders();
    response.pipe(answer);
  });
  forwarded.on("error", () => answer.destroy());
  answer.on("close", () => forwarded.destroy());
  request.pipe(forwarded);
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}

function described(text: string): string {
  const report = (JSON.parse(text) as { "csp-report"?: Record<string, string> })["csp-report"] ?? {};
  const { "effective-directive": directive, "blocked-uri": blocked, "script-sample": sample = "" } = report;
  return `content security policy: ${directive} blocked ${blocked} ${sample}`;
}
