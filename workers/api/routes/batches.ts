/** /v1/images/batches: many requests at once, watched as one, with their results in order. */
import { showBatch } from "#api/batches/answer.ts";
import { changeBatch } from "#api/batches/change.ts";
import { createBatch } from "#api/batches/create.ts";
import { noSuchBatch, requireBatch } from "#api/batches/find.ts";
import { listBatches } from "#api/batches/list.ts";
import { readBatch } from "#api/batches/read-body.ts";
import { resultsText } from "#api/batches/results.ts";
import { batchPath, batchView } from "#api/batches/view.ts";
import { createRouter } from "#api/http/app.ts";
import { textStream } from "#api/http/text-stream.ts";
import { linksFor, viewsOf } from "#api/tasks/view.ts";
import { languageOf } from "#shared/language.ts";
import { batchRequestSchema } from "#shared/wire/batch.ts";
import { replayedHeader } from "#shared/wire/submit.ts";
import { actionRoute, createBatchRoute, getRoute, listRoute, resultsRoute, tasksRoute } from "./batch-routes.ts";

const router = createRouter();
router.openAPIRegistry.register("BatchRequest", batchRequestSchema.clone());

export const batches = router
  .openapi(createBatchRoute, async (c) => {
    const query = c.req.valid("query").skip_invalid;
    const skipsInvalid = query === "true" || query === "1" || query === "";
    const { fields, text } = await readBatch(c.req.raw);
    const created = await createBatch(c, fields, { skipsInvalid, identity: JSON.stringify([skipsInvalid, text]) });
    c.header("Location", batchPath(created.batch.id));
    if (created.isReplayed) c.header(replayedHeader, "true");
    return showBatch(c, created.batch, created.invalid);
  })
  .openapi(listRoute, async (c) => {
    const { limit, after = null, status = null } = c.req.valid("query");
    const { batches, hasMore } = await listBatches(c.env, c.var.caller, { limit, after, status });
    const language = languageOf(c.req.header("accept-language"));
    c.header("Cache-Control", "no-store");
    const data = batches.map((batch) => batchView(batch, language));
    return c.json({ object: "list" as const, data, has_more: hasMore, last_id: data.at(-1)?.id ?? null }, 200);
  })
  .openapi(getRoute, async (c) => {
    const { batch } = await requireBatch(c.env, c.req.valid("param").id, c.var.caller);
    return showBatch(c, batch);
  })
  .openapi(tasksRoute, async (c) => {
    const { id } = c.req.valid("param");
    const { limit, after = "-1", status = null } = c.req.valid("query");
    const { coordinator } = await requireBatch(c.env, id, c.var.caller);
    const query = { tags: c.var.caller.readableTags, limit, after: Number(after), status };
    const page = await coordinator.batchItems(id, query);
    if (page === null) throw noSuchBatch();
    c.header("Cache-Control", "no-store");
    const views = await viewsOf(
      c,
      page.items.map(({ snapshot }) => ({ ...snapshot, version: null })),
    );
    const data = page.items.flatMap(({ customId: custom_id, line }, place) => {
      const view = views[place];
      return view === undefined ? [] : [{ custom_id, line, ...view }];
    });
    return c.json(
      { object: "list" as const, data, has_more: page.hasMore, last_id: data.length === 0 ? null : String(page.last) },
      200,
    );
  })
  .openapi(resultsRoute, async (c) => {
    const { id } = c.req.valid("param");
    const { format } = c.req.valid("query");
    const { coordinator } = await requireBatch(c.env, id, c.var.caller);
    const language = languageOf(c.req.header("accept-language"));
    const reading = { coordinator, id, tags: c.var.caller.readableTags };
    c.header("Content-Type", format === "csv" ? "text/csv; charset=utf-8" : "application/jsonl; charset=utf-8");
    c.header("Content-Disposition", `attachment; filename="${id}.${format}"`);
    c.header("Cache-Control", "no-store, no-transform");
    // The framework takes application/jsonl for JSON, and expects an answer made of an object.
    return c.body(textStream(resultsText(reading, format, { linkTo: linksFor(c), language })), 200) as never;
  })
  .openapi(actionRoute("cancel"), async (c) => showBatch(c, await changeBatch(c, c.req.valid("param").id, "cancel")))
  .openapi(actionRoute("pause"), async (c) => showBatch(c, await changeBatch(c, c.req.valid("param").id, "pause")))
  .openapi(actionRoute("resume"), async (c) => showBatch(c, await changeBatch(c, c.req.valid("param").id, "resume")))
  .openapi(actionRoute("retry"), async (c) => showBatch(c, await changeBatch(c, c.req.valid("param").id, "retry")));
