/** Answers about sessions: one row for each session of the request. Pure. */
import * as z from "zod";
import { arkClouds } from "#shared/ark-key-text.ts";
import { errorCodes } from "#shared/errors.ts";
import { regionIds } from "#shared/region-ids.ts";

/** The first fields of every row. */
const sessionFields = {
  session: z.string().meta({ description: "The session or key, masked.", example: "us-…c3f9" }),
  region: z
    .enum(regionIds)
    .nullable()
    .meta({ description: "Region of a session, by the prefix it was sent with; null for a key." }),
  cloud: z.enum(arkClouds).optional().meta({ description: "Cloud of a key, by the prefix it was sent with." }),
};

export const creditsSchema = z
  .object({
    total: z.int().meta({ description: "All of them together." }),
    gift: z.int().meta({ description: "Given by the site; spent first." }),
    purchase: z.int().meta({ description: "Bought." }),
    vip: z.int().meta({ description: "Of a subscription." }),
  })
  .meta({ id: "Credits", description: "A balance of Dreamina credits." });

export const sessionErrorSchema = z
  .object({
    code: z.enum(errorCodes).meta({ description: "What happened, for a program.", example: "session_expired" }),
    message: z.string().meta({ description: "What happened, for a person." }),
    hint: z.string().meta({ description: "What to do next." }),
  })
  .meta({ id: "SessionTrouble", description: "Why there is no answer for this session." });

/** How a session does. */
const healths = ["ok", "no_credits", "expired", "risk_control", "rate_limited", "unreachable", "unknown"] as const;
export type SessionHealth = (typeof healths)[number];

/** A row of GET /v1/credits. */
export const sessionCreditsSchema = z
  .object({
    ...sessionFields,
    alive: z
      .boolean()
      .nullable()
      .meta({ description: "Whether the site takes the session, or the cloud the key; null: not known." }),
    health: z.enum(healths).meta({
      description:
        "`ok`; `no_credits`: alive, with nothing left; `expired`: or its prefix is wrong; `risk_control`, `rate_limited`: the site refused to answer; `unreachable`: no answer came; `unknown`: an answer that is not understood.",
    }),
    credits: creditsSchema
      .nullable()
      .meta({ description: "The balance; null: not known, which is not zero. Clouds tell none." }),
    expires: z
      .array(
        z.object({
          amount: z.int().meta({ description: "Number of credits." }),
          at: z.int().meta({ description: "When they expire, Unix seconds." }),
        }),
      )
      .meta({ description: "What runs out when, the soonest first." }),
    message: z.string().optional().meta({ description: "Where to look for the balance of a key." }),
    error: sessionErrorSchema.optional().meta({ description: "Why the balance is not known." }),
  })
  .meta({ id: "SessionCredits" });

/** A row of POST /v1/credits/claim. */
export const sessionClaimSchema = z
  .object({
    ...sessionFields,
    status: z.enum(["claimed", "already_claimed", "refused", "unknown"]).meta({
      description:
        "`claimed`: the gift came with this call. `already_claimed`: it was taken before, or there is none. `refused`: the site said no. `unknown`: its answer was lost.",
    }),
    claimed: z.int().meta({ description: "Credits that came with this call." }),
    total: z.int().nullable().meta({ description: "The balance after it, where the site says so." }),
    error: sessionErrorSchema.optional().meta({ description: "Why it was refused." }),
  })
  .meta({ id: "SessionClaim" });

/** A row of POST /v1/sessions/check. */
export const sessionCheckSchema = z
  .object({
    ...sessionFields,
    alive: z.boolean().nullable().meta({ description: "Whether any site takes it; null: not known." }),
    answers_in: z
      .array(z.enum(regionIds))
      .nullable()
      .meta({ description: "Regions it may be written with; null when it is not known to be alive." }),
    credits: creditsSchema.nullable().meta({ description: "The balance; null: not known, which is not zero." }),
    message: z.string().meta({ description: "What was found, for a person." }),
    hint: z.string().optional().meta({ description: "What to do next." }),
    error_code: z.enum(errorCodes).optional().meta({ description: "What a task on this session would fail with." }),
  })
  .meta({ id: "SessionCheck" });

export type SessionCheck = z.infer<typeof sessionCheckSchema>;
export type SessionCredits = z.infer<typeof sessionCreditsSchema>;
export type SessionClaim = z.infer<typeof sessionClaimSchema>;
export type Credits = z.infer<typeof creditsSchema>;

/** One row for each session, in the order of the request. */
export const rowsSchema = <Row extends z.ZodType>(row: Row) =>
  z.object({
    object: z.literal("list").meta({ description: "What this is." }),
    data: z.array(row).meta({ description: "The sessions." }),
  });
