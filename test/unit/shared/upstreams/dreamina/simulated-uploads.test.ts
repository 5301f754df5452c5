/** Uploads and jobs made from them, against the simulator, which checks signatures, sums and sizes. */
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import { regionIds } from "#shared/region-ids.ts";
import type { UploadFile } from "#shared/upstreams/connection.ts";
import type { Session } from "#shared/upstreams/index.ts";
import { encodePng } from "#test/simulator/png.ts";
import { aFreshJob, demo, setUpstreamStage as stage } from "#test/support/simulated-upstream.ts";

const dots = { width: 2, height: 2, indexes: Uint8Array.of(0, 1, 1, 0) };

/** A PNG of this size, and its upload file. @param comment makes its bytes unique. */
async function anImage(width: number, height: number, comment = "x") {
  const bytes = await encodePng(
    dots,
    [
      [200, 30, 30],
      [250, 250, 250],
    ],
    { size: { width, height }, comment },
  );
  const file: UploadFile = {
    bytes: bytes.byteLength,
    crc32: crc32(bytes).toString(16).padStart(8, "0"),
    body: async () => new Blob([bytes]).stream(),
  };
  return { file, sha256: createHash("sha256").update(bytes).digest("hex") };
}

async function uploaded(upstream: ReturnType<typeof stage>["upstream"], session: Session, file: UploadFile) {
  const image = await upstream.upload(session, file);
  if (!image.ok) throw new Error(`${image.error.error.message} ${image.error.text}`);
  return image.value;
}

const steps = ["uploadToken", "apply", "uploadBytes", "commit"] as const;

describe.each(regionIds)("an upload in %s", (region) => {
  it.each([undefined, "http://127.0.0.1:9000"])("an upload arrives whole (origin %s)", async (origin) => {
    const { simulator, upstream } = stage({}, origin);
    const { file, sha256 } = await anImage(96, 64);
    const image = await uploaded(upstream, demo(region), file);
    expect(image).toMatchObject({ width: 96, height: 64, format: "png" });
    expect(simulator.state().uploads).toMatchObject([
      { uri: image.uri, step: "committed", sha256, bytes: file.bytes, session: demo(region).sessionId },
    ]);
    expect(simulator.state().calls).toMatchObject({ ...Object.fromEntries(steps.map((step) => [step, 1])) });
    expect(simulator.state().calls.contentCheck ?? 0).toBe(region === "cn" ? 1 : 0);
  });

  it("a job uses several uploads in their order", async () => {
    const { simulator, upstream, pass, poll } = stage();
    const inputs = [];
    for (const [index, width] of [40, 50, 60].entries()) {
      const { file } = await anImage(width, 40, String(index));
      inputs.push(await uploaded(upstream, demo(region), file));
    }
    const job = aFreshJob({ inputs });
    expect(await upstream.submit(demo(region), job)).toMatchObject({ ok: true });
    expect(simulator.state().jobs[0]?.inputs.map(({ uri }) => uri)).toEqual(inputs.map(({ uri }) => uri));
    pass(20);
    expect(await poll(demo(region), job.submitId)).toMatchObject({ kind: "generated" });
  });
});

describe("an upload", () => {
  it("many uploads of one session ask for the token once", async () => {
    const { simulator, upstream } = stage();
    const { file } = await anImage(64, 64);
    const images = await Promise.all(Array.from({ length: 4 }, () => upstream.upload(demo("sg"), file)));
    expect(new Set(images.map((image) => image.ok && image.value.uri)).size).toBe(4);
    expect(simulator.state().calls).toMatchObject({ uploadToken: 1, apply: 4 });
  });

  it("an upload of an expired session fails as session_expired", async () => {
    const { upstream } = stage();
    const { file } = await anImage(64, 64);
    for (const region of regionIds) {
      expect(await upstream.upload(demo(region, "expired"), file), region).toMatchObject({
        error: { verdict: "session", error: { code: "session_expired" } },
      });
    }
  });

  it("an upload that the Chinese content check refuses is refused for good", async () => {
    const { upstream } = stage();
    const { file } = await anImage(64, 64);
    expect(await upstream.upload(demo("cn", "picky"), file)).toMatchObject({
      error: { verdict: "refused", error: { code: "input_moderated" } },
    });
  });

  it.each([
    ["a wrong sum", { crc32: "00000000" }],
    ["a wrong size", { bytes: 7 }],
  ])("an upload with %s is not accepted", async (_what, wrong) => {
    const { upstream } = stage();
    const { file } = await anImage(64, 64);
    expect(await upstream.upload(demo("sg"), { ...file, ...wrong })).toMatchObject({ ok: false });
  });

  it.each(
    steps.flatMap((step) => (["reset", "500", "503", "html", "429"] as const).map((fault) => [step, fault] as const)),
  )("an upload that fails at %s by %s may be repeated and then succeeds", async (step, fault) => {
    const { simulator, upstream } = stage();
    const { file } = await anImage(64, 64);
    simulator.addFault({ endpoint: step, fault });
    const first = await upstream.upload(demo("sg"), file);
    expect(first).toMatchObject({ ok: false, error: { verdict: "again" } });
    expect(await upstream.upload(demo("sg"), file)).toMatchObject({ ok: true });
  });

  it("an upload whose content check cannot be made passes", async () => {
    const { simulator, upstream } = stage();
    const { file } = await anImage(64, 64);
    simulator.addFault({ endpoint: "contentCheck", fault: "500" });
    expect(await upstream.upload(demo("cn"), file)).toMatchObject({ ok: true });
  });
});

describe("a job cancelled", () => {
  it("a job cancelled while it runs ends without an image and is refunded", async () => {
    const { simulator, upstream, pass, poll } = stage();
    const job = aFreshJob();
    const accepted = await upstream.submit(demo("cn"), job);
    const historyId = (accepted.ok && accepted.value.historyId) || "";
    pass(2);
    expect(await upstream.cancel(demo("cn"), historyId)).toEqual({ ok: true, value: null });
    expect(await poll(demo("cn"), job.submitId)).toMatchObject({ kind: "failed" });
    expect(simulator.state().jobs).toMatchObject([{ charged: 4, refunded: 4 }]);
  });

  it("a cancel of a job that ended, is unknown or is another account's is refused", async () => {
    const { upstream, pass } = stage();
    const accepted = await upstream.submit(demo("cn"), aFreshJob());
    const historyId = (accepted.ok && accepted.value.historyId) || "";
    const refused = { ok: false, error: { answered: true } };
    expect(await upstream.cancel(demo("cn", "other"), historyId)).toMatchObject(refused);
    expect(await upstream.cancel(demo("cn"), "123")).toMatchObject(refused);
    pass(60);
    expect(await upstream.cancel(demo("cn"), historyId)).toMatchObject(refused);
  });
});
