/**
 * Two local hosts for reference images: one that the API may fetch from, with a faulty answer on each path, and an
 * inner one that must not be reached and records its requests.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";

const mebibyte = 1024 * 1024;

/** Bytes with the frame of a PNG: one chunk and its end. */
export function anImage(bytes: number): Buffer {
  const image = Buffer.alloc(bytes, "image ");
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]).copy(image);
  image.writeUInt32BE(bytes - 32, 8);
  image.write("IDAT", 12, "latin1");
  image.write("\0\0\0\0IEND\xae\x42\x60\x82", bytes - 12, "latin1");
  return image;
}

type Page = (answer: ServerResponse, request: IncomingMessage) => void;

const send =
  (status: number, contentType: string, body: string | Buffer): Page =>
  (answer) => {
    answer.writeHead(status, { "content-type": contentType, "content-length": Buffer.byteLength(body) }).end(body);
  };

/** Sends pieces without a length until all are sent or the client disconnects. */
const flow =
  (pieces: number): Page =>
  (answer) => {
    answer.writeHead(200, { "content-type": "image/png" });
    let left = pieces;
    const more = () => {
      while (left > 0 && !answer.destroyed) {
        left -= 1;
        if (!answer.write(anImage(mebibyte))) return answer.once("drain", more);
      }
      return answer.end();
    };
    more();
  };

const bomb = gzipSync(anImage(64 * mebibyte));

/** The simulator's path of sample images, the only inner address that the API may fetch from. */
const pages: Record<string, Page> = {
  "/_samples/image.png": send(200, "image/png", anImage(5_000)),
  "/_samples/page-as-image.png": send(200, "image/png", "<!doctype html><title>Log in</title>"),
  "/_samples/drawing.svg": send(200, "image/svg+xml", '<svg xmlns="http://www.w3.org/2000/svg"/>'),
  "/_samples/empty.png": send(200, "image/png", ""),
  "/_samples/missing.png": send(404, "text/plain", "no"),
  "/_samples/broken.png": send(500, "text/plain", "no"),
  "/_samples/chunked.png": flow(20),
  "/_samples/endless.png": flow(Number.POSITIVE_INFINITY),
  "/_samples/huge.png": (answer) => {
    answer.writeHead(200, { "content-type": "image/png", "content-length": 40 * mebibyte }).write(anImage(1_000));
  },
  "/_samples/short.png": (answer) => {
    answer.writeHead(200, { "content-type": "image/png", "content-length": 5_000 });
    answer.write(anImage(1_000), () => answer.destroy());
  },
  "/_samples/reset.png": (answer) => answer.destroy(),
  "/_samples/silent.png": () => {},
  "/_samples/bomb.png": (answer) => {
    answer.writeHead(200, { "content-type": "image/png", "content-encoding": "gzip", "content-length": bomb.length });
    answer.end(bomb);
  },
  "/_samples/loop": (answer) => answer.writeHead(302, { location: "/_samples/loop" }).end(),
  "/_samples/redirect": (answer, request) => {
    const to = new URL(request.url ?? "/", "http://host").searchParams.get("to") ?? "/";
    // Node writes header text as Latin-1 bytes; this sends a host name that is not ASCII as UTF-8.
    answer.writeHead(302, { location: Buffer.from(to).toString("latin1") }).end("moved");
  },
};

export type Host = { port: number; url: string; requests: IncomingMessage[]; close: () => Promise<void> };

/** Serves the pages above; other paths are 404. */
export const startHostile = (): Promise<Host> =>
  listen((answer, request) => {
    const page = pages[new URL(request.url ?? "/", "http://host").pathname];
    if (page === undefined) answer.writeHead(404).end();
    else page(answer, request);
  });

/** Serves one image to every request. */
export const startInner = (): Promise<Host> => listen(send(200, "image/png", anImage(5_000)));

async function listen(page: Page): Promise<Host> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, answer) => {
    requests.push(request);
    request.resume();
    page(answer, request);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    port: address.port,
    url: `http://127.0.0.1:${address.port}`,
    requests,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
