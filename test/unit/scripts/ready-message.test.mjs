import { describe, expect, it } from "vitest";
import { instructions } from "../../../scripts/ready-message.mjs";

const message = (upstream) => instructions({ url: "http://localhost:8787", upstream, state: ".wrangler/state" });

describe("what npm start says when it is ready", () => {
  it("the address has a line of its own", () => {
    expect(message("simulator").split("\n")).toContain("Ready on http://localhost:8787");
  });

  it("simulated pictures are named so, with a session that the simulator knows", () => {
    expect(message("simulator")).toContain("SIMULATED");
    expect(message("simulator")).toContain("Bearer us-demo-us");
  });

  it("real pictures are named so, with a place for one's own session", () => {
    expect(message("live")).toContain("REAL");
    expect(message("live")).toContain("Bearer us-YOUR_SESSION_ID");
  });

  it("another upstream is named by its address", () => {
    expect(message("https://relay.example")).toContain("Pictures come from https://relay.example.");
  });
});
