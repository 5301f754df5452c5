import { afterEach, describe, expect, it } from "vitest";
import { durationOf } from "#web/admin/figures/duration.ts";
import { momentOf } from "#web/admin/moment-of.ts";
import { Moment } from "#web/admin/parts/moment.tsx";
import { readPasted } from "#web/admin/pool/read-pasted.ts";
import { relative } from "#web/admin/relative.ts";
import { partIn } from "#web/admin/state/part.ts";
import { language } from "#web/messages/index.ts";

afterEach(() => {
  language.value = "en";
});

describe("a moment beside now", () => {
  const now = 1_764_374_400;

  it.each([
    [0, "just now", "刚刚"],
    [-59, "just now", "刚刚"],
    [-60, "1 minute ago", "1分钟前"],
    [-7_200, "2 hours ago", "2小时前"],
    [-100_000, "1 day ago", "1天前"],
    [3_700, "in 1 hour", "1小时后"],
  ])("a moment %i seconds from now is %s", (distance, english, chinese) => {
    expect(relative(now + distance, now * 1000)).toBe(english);
    language.value = "zh";
    expect(relative(now + distance, now * 1000).replaceAll(" ", "")).toBe(chinese);
  });
});

it("a stored moment that no Date can hold is shown as the last one that can be", () => {
  expect(momentOf(9_999_999_999_999)).toContain("275760");
  expect(Moment({ at: 9_999_999_999_999 }).props.dateTime).toBe("+275760-09-13T00:00:00.000Z");
});

it.each([
  [0, "0 s"],
  [59, "59 s"],
  [60, "1 min"],
  [3_599, "59 min"],
  [7_300, "2 h"],
])("a wait of %i seconds is %s", (seconds, text) => {
  expect(durationOf(seconds)).toBe(text);
});

it.each([
  ["#keys", "keys"],
  ["#letters", "letters"],
  ["", null],
  ["#part", null],
])("the address %j names the part %s", (hash, part) => {
  expect(partIn(hash)).toBe(part);
});

describe("a text for the pool", () => {
  const session = "us-0123456789abcdef0123456789abcdef";

  it("sessions and keys are read in every form, and those without a region get the chosen one", () => {
    expect(readPasted(`${session}\nsessionid=abcdef0123456789abcdef0123456789`, "jp")).toEqual({
      texts: [session, "jp-abcdef0123456789abcdef0123456789"],
      fault: null,
    });
  });

  it.each([
    ["", "No session and no key was found in this text."],
    ["sk-0123456789abcdef0123456789abcdef", "An API key of this server does not belong in its own pool."],
    [
      "ark-1a2b3c4d-0000-4000-8000-1a2b3c4d5e6f-c3f9",
      "Write the cloud in front of the key: ark-cn-, ark-ap- or ark-eu-.",
    ],
    ["xx-0123456789abcdef0123456789abcdef", "It begins with xx-"],
  ])("the text %j is refused with a reason", (text, reason) => {
    expect(readPasted(text, "us").fault).toContain(reason);
  });

  it("one bad part keeps the good ones from being sent alone", () => {
    expect(readPasted(`${session}, xx-0123456789abcdef0123456789abcdef`, "us").fault).toContain("xx-");
  });
});
