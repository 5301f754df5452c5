/** Named keys of this server: what the administrator sends and sees. Pure. */
import * as z from "zod";
import { maxKeyNameCharacters, maxModelsOfKey } from "./limits.ts";

const moment = (what: string) => z.int().meta({ description: `${what}, Unix seconds.`, example: 1764374400 });

const id = z.string().meta({ description: "The key's id.", example: "key_V1StGXR8_Z5jdHi6B-myT" });

const name = z
  .string()
  .trim()
  .min(1)
  .max(maxKeyNameCharacters)
  .meta({ description: `For people, up to ${maxKeyNameCharacters} characters.`, example: "newsletter bot" });

const count = (what: string) =>
  z
    .int()
    .min(1)
    .max(1_000_000_000)
    .nullable()
    .meta({ description: `${what}; null: no limit.`, example: 100 });

const limitFields = {
  images_per_day: count("Images it may make in a day of UTC"),
  images_per_month: count("Images it may make in a month of UTC"),
  at_once: count("Tasks it may have under way; requests of its batches wait until there is place"),
  models: z
    .array(z.string().min(1).max(100))
    .min(1)
    .max(maxModelsOfKey)
    .nullable()
    .meta({ description: "Ids of the models it may use; null: all.", example: ["dreamina-4.5"] }),
  batches: z.boolean().meta({ description: "Whether it may make batches." }),
};

const someLimits = z.strictObject({
  images_per_day: limitFields.images_per_day.optional(),
  images_per_month: limitFields.images_per_month.optional(),
  at_once: limitFields.at_once.optional(),
  models: limitFields.models.optional(),
  batches: limitFields.batches.optional(),
});

const expiry = moment("When it stops working: a moment to come, 2100 at the latest; null: never").nullable().optional();

export const newKeySchema = z
  .strictObject({ name, expires_at: expiry, limits: someLimits.optional().meta({ description: "Its limits." }) })
  .meta({ id: "NewKey", description: "Limits that are left out are none; batches are allowed." });

export const keyChangeSchema = z
  .strictObject({
    name: name.optional(),
    expires_at: expiry,
    limits: someLimits.optional().meta({ description: "The limits that change." }),
  })
  .meta({ id: "KeyChange", description: "Fields that are left out stay as they are." });

export const keySchema = z
  .object({
    id,
    object: z.literal("key").meta({ description: "The kind of the object." }),
    name,
    masked: z.string().meta({ description: "The key, masked.", example: "sk-…Ab3x" }),
    created_at: moment("When it was made"),
    expires_at: moment("When it stops working").nullable(),
    is_expired: z.boolean().meta({ description: "Whether it has stopped working." }),
    limits: z.object(limitFields).meta({ description: "Its limits." }),
    usage: z
      .object({
        today: z.int().meta({ description: "Images made today." }),
        this_month: z.int().meta({ description: "Images made this month." }),
        reserved: z.int().meta({ description: "Images that its tasks under way may still make." }),
        under_way: z.int().meta({ description: "Its tasks that have not ended." }),
        day_resets_at: moment("When the day ends"),
        month_resets_at: moment("When the month ends"),
      })
      .meta({ description: "Images count when they are in this server's bucket, whatever becomes of them later." }),
  })
  .meta({ id: "Key" });
export type Key = z.infer<typeof keySchema>;
export type KeyLimitsField = Key["limits"];

export const createdKeySchema = keySchema
  .extend({
    key: z.string().meta({
      description: "The key itself, which its user sends as `Authorization: Bearer <key>`. It is shown this once.",
      example: "sk-2Qk8vE1mZ0c5TnYbq7Hs4uWx9LrDgAfP",
    }),
  })
  .meta({ id: "CreatedKey" });
export type CreatedKey = z.infer<typeof createdKeySchema>;

export const keyListSchema = z
  .object({
    object: z.literal("list").meta({ description: "The kind of the response." }),
    data: z.array(keySchema).meta({ description: "The keys, newest first." }),
  })
  .meta({ id: "KeyList" });

export const keyDeletedSchema = z
  .object({
    id,
    object: z.literal("key").meta({ description: "The kind of the deleted object." }),
    deleted: z.literal(true).meta({ description: "It is deleted for good." }),
  })
  .meta({ id: "KeyDeleted" });

export const keyParams = z.object({ id });
