import { expect, it } from "vitest";
import { type ServerEvent, serverEvents } from "#shared/upstreams/ark/sse.ts";
import { everyOf, inPieces, openStream } from "./support.ts";

async function read(pieces: (string | Uint8Array)[]): Promise<ServerEvent[]> {
  return everyOf(serverEvents(inPieces(pieces)));
}

it.each(["\n", "\r\n", "\r"])(
  "events are read with %j at the ends of lines, wherever the bytes are split",
  async (end) => {
    const text = ["event: a", "data: 狐", "", ": alive", "id: 1", "data:{", "data: }", "", "data: [DONE]", "", ""].join(
      end,
    );
    const bytes = new TextEncoder().encode(text);
    const expected = [
      { event: "a", data: "狐" },
      { event: "", data: "{\n}" },
      { event: "", data: "[DONE]" },
    ];
    for (let at = 0; at <= bytes.byteLength; at += 1) {
      expect(await read([bytes.slice(0, at), bytes.slice(at)])).toEqual(expected);
    }
    expect(await read([...bytes].map((byte) => new Uint8Array([byte])))).toEqual(expected);
  },
);

it("comments and events without data are left out", async () => {
  expect(await read([": a\n\nevent: x\n\nretry: 5\n\n"])).toEqual([]);
});

it("empty data is data, and a field without a colon has an empty value", async () => {
  expect(await read(["data:\n\ndata\n\n"])).toEqual([
    { event: "", data: "" },
    { event: "", data: "" },
  ]);
});

it("the name of an event does not pass to the next one", async () => {
  expect(await read(["event: a\ndata: 1\n\ndata: 2\n\n"])).toEqual([
    { event: "a", data: "1" },
    { event: "", data: "2" },
  ]);
});

it("a last event counts without the blank line", async () => {
  expect(await read(["data: [DONE]"])).toEqual([{ event: "", data: "[DONE]" }]);
  expect(await read(["data: [DONE]\n"])).toEqual([{ event: "", data: "[DONE]" }]);
});

it("a body that breaks throws after its whole events", async () => {
  const events = serverEvents(inPieces(["data: 1\n\ndata: 2"], { breaks: true }));
  expect((await events.next()).value).toEqual({ event: "", data: "1" });
  await expect(events.next()).rejects.toThrow("reset");
});

it("a reader that stops frees the body", async () => {
  const { stream, state } = openStream("data: 1\n\n");
  for await (const event of serverEvents(stream)) if (event.data === "1") break;
  expect(state.isCancelled).toBe(true);
});
