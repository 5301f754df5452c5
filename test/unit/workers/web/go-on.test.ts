import { effect } from "@preact/signals";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Finding } from "#web/state/sessions.ts";
import { withStorage } from "./browser.ts";

const first = "us-0123456789abcdef0123456789abcdef";
const second = "hk-fedcba9876543210fedcba9876543210";

let ends: (() => void)[] = [];
beforeEach(() => vi.resetModules());
afterEach(() => {
  for (const end of ends) end();
  ends = [];
});

/** The page without a session; its dialog is opened for something that counts how often it ran. */
async function page() {
  ends.push(withStorage().end);
  const state = await import("#web/state/sessions.ts");
  const checks = await import("#web/state/session-checks.ts");
  const dialog = await import("#web/sessions/opened.ts");
  const { goOnOnceOneWorks } = await import("#web/sessions/go-on.ts");
  const next = vi.fn();
  ends.push(effect(goOnOnceOneWorks));
  const add = (text: string): string => {
    const [added] = state.addSessions([{ kind: "session", text, name: "", isOn: true }]);
    return added?.id ?? "";
  };
  const found = (id: string, finding: Partial<Finding>) => {
    state.changeSession(id, { finding: { at: 1, alive: true, credits: null, regions: null, code: null, ...finding } });
  };
  return { ...state, ...checks, ...dialog, next, add, found };
}

describe("the dialog that was opened for a task", () => {
  it("closes and starts the task once, when an added session works", async () => {
    const { openSessions, opened, next, add, found } = await page();
    openSessions("list", next);
    const id = add(first);
    expect(next).not.toHaveBeenCalled();
    found(id, {});
    expect(opened.value).toBeNull();
    found(id, { at: 2 });
    expect(next).toHaveBeenCalledTimes(1);
  });

  it("stays open while a session is being checked", async () => {
    const { openSessions, opened, checking, next, add, found } = await page();
    openSessions("list", next);
    const id = add(first);
    checking.value = new Set([id]);
    found(id, {});
    expect(opened.value).not.toBeNull();
    checking.value = new Set();
    expect(next).toHaveBeenCalledTimes(1);
  });

  it.each<[string, Partial<Finding>]>([
    ["has expired", { alive: false, code: "session_expired" }],
    ["is of another region", { alive: true, code: "session_expired" }],
  ])("stays open when the added session %s", async (_, finding) => {
    const { openSessions, opened, next, add, found } = await page();
    openSessions("list", next);
    found(add(first), finding);
    expect(opened.value).not.toBeNull();
    expect(next).not.toHaveBeenCalled();
  });

  it("a session that could not be checked is tried", async () => {
    const { openSessions, next, add, found } = await page();
    openSessions("list", next);
    found(add(first), { alive: null, code: "upstream_unreachable" });
    expect(next).toHaveBeenCalledTimes(1);
  });

  it("only a session counts that was not active before", async () => {
    const { openSessions, next, add, found } = await page();
    found(add(first), {});
    openSessions("list", next);
    expect(next).not.toHaveBeenCalled();
    found(add(second), {});
    expect(next).toHaveBeenCalledTimes(1);
  });

  it("a session that is moved to the region where it works counts, although it was active before", async () => {
    const { openSessions, moveSession, next, add, found } = await page();
    const id = add(first);
    found(id, { alive: true, code: "session_expired", regions: ["jp"] });
    openSessions("list", next);
    moveSession(id, "jp");
    expect(next).not.toHaveBeenCalled();
    found(id, {});
    expect(next).toHaveBeenCalledTimes(1);
  });

  it("a dialog that was opened for nothing else stays open", async () => {
    const { openSessions, opened, add, found } = await page();
    openSessions();
    found(add(first), {});
    expect(opened.value).not.toBeNull();
  });

  it("the task is still meant when the other part of the dialog is shown, and forgotten when it is closed", async () => {
    const { openSessions, showPart, closeSessions, next, add, found } = await page();
    openSessions("list", next);
    showPart("keys");
    found(add(first), {});
    expect(next).toHaveBeenCalledTimes(1);
    openSessions("list", next);
    closeSessions();
    found(add(second), {});
    expect(next).toHaveBeenCalledTimes(1);
  });
});
