/** More than four images: a job that stalls after each batch of four is continued, once a batch. */
import { beforeEach, describe, expect, it } from "vitest";
import { type Stage, setStage } from "#test/workers/support/stage.ts";

let stage: Stage;
beforeEach(() => {
  stage = setStage();
});

describe("a job of more than four images", () => {
  it("a job of eight images by n is continued and completes with all of them", async () => {
    const id = await stage.task({ n: 8 });

    const view = await stage.end(id);

    expect(view).toMatchObject({ status: "completed", partial: false });
    expect(new Set(view.images).size).toBe(8);
    expect(stage.jobs()).toMatchObject([{ continues: 1, charged: 8 }]);
  });

  it("a job of twelve images by its prompt is continued once a batch", async () => {
    const id = await stage.task({ prompt: "12 images of a lighthouse through the seasons", n: null });

    const view = await stage.end(id);

    expect(view).toMatchObject({ status: "completed", partial: false });
    expect(view.images).toHaveLength(12);
    expect(stage.jobs()).toMatchObject([{ continues: 2 }]);
  });

  it("a job that does not stall is not continued", async () => {
    stage = setStage({ stallsAfter: 0 });
    const id = await stage.task({ n: 8 });
    expect((await stage.end(id)).images).toHaveLength(8);
    expect(stage.jobs()).toMatchObject([{ continues: 0 }]);
  });

  it.each(["500", "reset", "502-after", "html-after"] as const)(
    "a job is continued only once when the answer is lost: %s",
    async (fault) => {
      const id = await stage.task({ n: 8 });
      await stage.queue.deliver();
      stage.simulator.addFault({ endpoint: "continue", fault });

      const view = await stage.end(id);

      expect(stage.calls("continue")).toBe(1);
      expect(stage.jobs()).toHaveLength(1);
      // All images when the request arrived; else the deadline delivers the stored ones.
      expect(view).toMatchObject({ status: "completed", partial: !fault.endsWith("-after") });
    },
  );

  it("a job is continued again after the upstream refused as busy", async () => {
    const id = await stage.task({ n: 8 });
    await stage.queue.deliver();
    stage.simulator.addFault({ endpoint: "continue", fault: "ret-1310", times: 2 });

    expect((await stage.end(id)).images).toHaveLength(8);
    expect(stage.jobs()).toMatchObject([{ continues: 1 }]);
  });

  it("a job that may not continue is delivered with the images it has", async () => {
    const id = await stage.task({ n: 8 });
    await stage.queue.deliver();
    stage.simulator.addFault({ endpoint: "continue", fault: "ret-1006" });

    const view = await stage.end(id);

    expect(view).toMatchObject({ status: "completed", partial: true });
    expect(view.images).toHaveLength(4);
  });
});
