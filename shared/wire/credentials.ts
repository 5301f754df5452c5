/** The credentials of the pool: what the administrator sends and sees. Pure. */
import * as z from "zod";
import { errorCodes } from "#shared/errors.ts";
import { upstreamIds } from "#shared/upstream-ids.ts";
import {
  defaultListed,
  maxCredentialNameCharacters,
  maxCredentialsAdded,
  maxCredentialsText,
  maxListed,
  maxWeight,
} from "./limits.ts";
import { pageLimit } from "./paging.ts";
import { creditsSchema } from "./sessions.ts";

const moment = (what: string) => z.int().meta({ description: `${what}, Unix seconds.`, example: 1764374400 });

const id = z.string().meta({ description: "The credential's id.", example: "cred_V1StGXR8_Z5jdHi6B-myT" });

const name = z
  .string()
  .trim()
  .max(maxCredentialNameCharacters)
  .meta({ description: `For people, up to ${maxCredentialNameCharacters} characters.`, example: "Anna's account" });

const weight = z
  .int()
  .min(1)
  .max(maxWeight)
  .meta({ description: `How often it is chosen among those that are equally idle, 1 to ${maxWeight}.`, example: 1 });

const paused = z.boolean().meta({ description: "Whether it gets no new task." });

export const newCredentialsSchema = z
  .strictObject({
    credentials: z
      .string()
      .trim()
      .min(1)
      .max(maxCredentialsText)
      .meta({
        description: `Sessions and keys as in the Authorization header, up to ${maxCredentialsAdded}, separated by commas or line breaks.`,
        example: "us-0123456789abcdef0123456789abcdef",
      }),
    name: name.optional(),
    weight: weight.optional(),
    paused: paused.optional(),
  })
  .meta({ id: "NewCredentials" });

export const credentialChangeSchema = z
  .strictObject({ name: name.optional(), weight: weight.optional(), paused: paused.optional() })
  .meta({ id: "CredentialChange", description: "Fields that are left out stay as they are." });

export const credentialHealths = ["ready", "busy", "paused", "cooling", "no_credits", "expired"] as const;

const refusal = z.object({
  at: moment("When it was refused"),
  code: z.enum(errorCodes).meta({ description: "Why." }),
  message: z.string().meta({ description: "The same for a person." }),
  hint: z.string().meta({ description: "What to do about it." }),
});

export const credentialSchema = z
  .object({
    id,
    object: z.literal("credential").meta({ description: "The kind of the object." }),
    name,
    credential: z.string().meta({ description: "The session or key, masked.", example: "us-…c3f9" }),
    upstream: z.enum(upstreamIds).meta({ description: "`dreamina`: a session. `ark`: a key of a cloud." }),
    place: z.string().meta({ description: "The session's region, or the key's cloud.", example: "us" }),
    weight,
    paused,
    added_at: moment("When it was added"),
    health: z.enum(credentialHealths).meta({
      description:
        "`ready`: has a free slot. `busy`: runs as many jobs as it may. `paused`: by the administrator. `cooling`: was refused, and is used again at `out_until`. `no_credits`, `expired`: its account has none left, or does not take it any more.",
    }),
    out_until: moment("When it is tried again").nullable(),
    running: z.array(z.string()).meta({ description: "Ids of its tasks under way." }),
    slots: z.int().meta({ description: "Jobs it may run at once now." }),
    last_refusal: refusal.nullable().meta({ description: "The last one that was not overcome since." }),
    checked_at: moment("When it was asked about last").nullable(),
    alive: z.boolean().nullable().meta({ description: "What that showed; null: nothing, or it was never asked." }),
    credits: creditsSchema.nullable().meta({ description: "Its balance then; null: unknown, or of a key." }),
    check_error: refusal.nullable().meta({ description: "Why it was not alive, or could not be asked." }),
    gift: z
      .object({
        at: moment("When it was asked for"),
        received: z.int().meta({ description: "Credits received; 0 with no error: the gift was taken before." }),
        error: refusal.nullable().meta({ description: "Why none was given." }),
      })
      .nullable()
      .meta({ description: "The last gift of the day; null: none was asked for." }),
  })
  .meta({ id: "PoolCredential" });
export type PoolCredential = z.infer<typeof credentialSchema>;

export const addedCredentialsSchema = z
  .object({
    object: z.literal("list").meta({ description: "The kind of the response." }),
    data: z
      .array(credentialSchema.extend({ is_new: z.boolean().meta({ description: "Whether this request added it." }) }))
      .meta({ description: "Each of the request's credentials." }),
  })
  .meta({ id: "AddedCredentials" });

export const credentialQuery = z.object({
  limit: pageLimit(maxListed, defaultListed),
  after: z.string().optional().meta({
    description:
      "Id of the credential after which to go on: `last_id` of the page before. It may have been removed meanwhile; an id that never was in the pool is refused.",
    example: "cred_V1StGXR8_Z5jdHi6B-myT",
  }),
});

export const credentialListSchema = z
  .object({
    object: z.literal("list").meta({ description: "The kind of the response." }),
    data: z.array(credentialSchema).meta({ description: "The credentials, in the order in which they were added." }),
    has_more: z.boolean().meta({ description: "Whether there are more." }),
    last_id: z.string().nullable().meta({ description: "Send it as `after` for the next page." }),
    in_settings: z.int().meta({
      description: "Credentials in DEFAULT_CREDENTIALS or DEFAULT_SESSIONS, which can be taken over into the pool.",
    }),
  })
  .meta({ id: "PoolCredentialList" });

export const credentialRemovedSchema = z
  .object({
    id,
    object: z.literal("credential").meta({ description: "The kind of the removed object." }),
    deleted: z.literal(true).meta({ description: "It gets no new task, and is deleted when its last one has ended." }),
  })
  .meta({ id: "CredentialRemoved" });

export const credentialParams = z.object({ id });
