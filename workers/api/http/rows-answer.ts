/** The documented answer of routes about sessions. */
import type * as z from "zod";
import { rowsSchema } from "#shared/wire/sessions.ts";

/** One row for each session. */
export const rowsAnswer = <Row extends z.ZodType>(row: Row) => ({
  description: "One row for each session.",
  content: { "application/json": { schema: rowsSchema(row) } },
});
