import type * as z from "zod";
import type { figuresSchema } from "#shared/wire/administration.ts";

export type Figures = z.infer<typeof figuresSchema>;
