import { describe, expect, it } from "vitest";
import { instructions } from "#scripts/start/ready-message.ts";

const run = { url: "http://localhost:8787", origin: "http://127.0.0.1:9000", state: ".wrangler/state", admin: null };
const message = (upstream: string) => instructions({ ...run, upstream });

describe("what npm start says when it is ready", () => {
  it("the address has a line of its own", () => {
    expect(message("simulator").split("\n")).toContain("Ready on http://localhost:8787");
  });

  it("the page and the API reference are named", () => {
    expect(message("live")).toContain("In a browser: that address for the page, http://localhost:8787/docs for");
  });

  it("simulated images are called simulated, with a session that the simulator knows", () => {
    expect(message("simulator")).toContain("SIMULATED");
    expect(message("simulator")).toContain("Bearer us-demo-us");
  });

  it("a sample image to try as a reference is named for the simulator only", () => {
    expect(message("simulator")).toContain("http://127.0.0.1:9000/_samples/1024x768.png");
    expect(message("live")).not.toContain("_samples");
  });

  it("real images are called real, with a placeholder for one's own session", () => {
    expect(message("live")).toContain("REAL");
    expect(message("live")).toContain("Bearer us-YOUR_SESSION_ID");
  });

  it("the administrator's key is shown where this machine has it", () => {
    const admin = { key: "adm-made", hash: "0".repeat(64) };

    expect(instructions({ ...run, upstream: "simulator", admin })).toContain(
      "for http://localhost:8787/admin: adm-made",
    );
    expect(message("simulator")).not.toContain("/admin");
  });

  it("another upstream is named by its address", () => {
    expect(message("https://relay.example")).toContain("Images come from https://relay.example.");
  });
});
