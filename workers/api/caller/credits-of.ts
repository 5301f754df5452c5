/** A balance as the API shows it. */
import type * as z from "zod";
import type { Balance } from "#shared/upstreams/index.ts";
import type { creditsSchema } from "#shared/wire/sessions.ts";

export const creditsOf = ({ total, gift, purchase, vip }: Balance): z.infer<typeof creditsSchema> => ({
  total,
  gift,
  purchase,
  vip,
});
