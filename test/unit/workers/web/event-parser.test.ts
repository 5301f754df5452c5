import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createEventParser, type StreamEvent } from "#web/api/event-parser.ts";

const read = (...pieces: string[]): StreamEvent[] => {
  const parser = createEventParser();
  return pieces.flatMap((piece) => parser.push(piece));
};

describe("an event stream", () => {
  test("an event is returned once its empty line has arrived, not before", () => {
    const parser = createEventParser();
    expect(parser.push('id: 3\ndata: {"a":1}\n')).toEqual([]);
    expect(parser.push("\n")).toEqual([{ id: "3", name: "message", data: '{"a":1}' }]);
  });

  test("several lines of data are joined, each without its first space only", () => {
    expect(read("data: a\ndata:b\ndata:  c\n\n")).toEqual([{ id: null, name: "message", data: "a\nb\n c" }]);
  });

  test("comments, unknown fields and events without data are skipped", () => {
    expect(read(": heartbeat\n\nevent: x\n\nwhat: 1\ndata\n\n")).toEqual([{ id: null, name: "message", data: "" }]);
  });

  test("comments and a retry time that no blank line follows belong to the event after them", () => {
    expect(read(": asking\n", ": nothing new\n", "retry: 1000\nid: 4\ndata: a\n\n", ": nothing new\n")).toEqual([
      { id: "4", name: "message", data: "a" },
    ]);
  });

  test("an id is kept for the events after it, and one with a null character is ignored", () => {
    const ids = read("id: 1\ndata: a\n\ndata: b\n\nid: 2\0\ndata: c\n\n").map((event) => event.id);
    expect(ids).toEqual(["1", "1", "1"]);
  });

  test("the retry time of a stream is kept when it is a number", () => {
    const parser = createEventParser();
    expect(parser.retryMs).toBeNull();
    parser.push("retry: 1000\n\nretry: soon\n\n");
    expect(parser.retryMs).toBe(1000);
  });

  test("a byte order mark is dropped at the start of a stream only", () => {
    expect(read("\uFEFF", "data: \uFEFFa\n\n")).toEqual([{ id: null, name: "message", data: "\uFEFFa" }]);
  });

  test("a stream parses the same however it is cut, with each of the three line ends", () => {
    const whole = "id: 7\nevent: x\ndata: eins\ndata: zwei\n\n: nothing\nretry: 5\ndata: drei\n\n";
    fc.assert(
      fc.property(
        fc.constantFrom("\n", "\r\n", "\r"),
        fc.array(fc.nat({ max: whole.length * 2 }), { maxLength: 12 }),
        (lineEnd, cuts) => {
          const text = whole.replaceAll("\n", lineEnd);
          const places = [0, ...cuts.filter((cut) => cut < text.length).sort((a, b) => a - b), text.length];
          const pieces = places.slice(1).map((place, index) => text.slice(places[index], place));
          // The next chunk decides whether a final carriage return was a whole line end.
          expect(read(...pieces, ": end\n")).toEqual(read(whole));
        },
      ),
    );
  });
});
