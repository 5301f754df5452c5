import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { type Draft, plainDraft, requestOf } from "#web/state/draft.ts";
import { curlOf } from "#web/tasks/curl.ts";

describe("a task as a curl command", () => {
  const argumentsOf = (draft: Draft): string[] => {
    const command = curlOf(requestOf(draft), draft.images, "https://api.example").replace(/^curl /, "");
    // The shell itself parses the command.
    return execFileSync("sh", ["-c", `printf '%s\\0' ${command}`], { encoding: "utf8" })
      .split("\0")
      .slice(0, -1);
  };
  const draft: Draft = { ...plainDraft, prompt: `it's "quoted" \`$HOME\` \\ 狐狸\nsecond line` };

  test("the curl command sends the same JSON as the page, and the shell expands nothing in it", () => {
    const given = argumentsOf(draft);
    expect(JSON.parse(given.at(-1) ?? "")).toEqual(requestOf(draft).json);
    expect(given).toContain("https://api.example/v1/images/generations");
  });

  test("the curl command has no session, and prefers an asynchronous answer when it has a count", () => {
    expect(argumentsOf(draft)).toContain("Authorization: Bearer YOUR_SESSION_OR_KEY");
    expect(argumentsOf(draft)).not.toContain("Prefer: respond-async");
    expect(argumentsOf({ ...draft, count: 2 })).toContain("Prefer: respond-async");
  });

  test("the curl command sends files by name and links as text, in their order", () => {
    const given = argumentsOf({
      ...draft,
      mode: "image",
      images: [
        { id: "1", kind: "file", name: 'my "cat".png', blob: new Blob(["x"]) },
        { id: "2", kind: "link", name: "moon", url: "https://x.example/moon.png" },
      ],
    });
    expect(given.slice(-4)).toEqual([
      "-F",
      'images=@"my \\"cat\\".png"',
      "--form-string",
      "images=https://x.example/moon.png",
    ]);
  });
});
