/** Files of OpenAI's API, as far as batches need them. Names are snake_case, moments Unix seconds. Pure. */
import * as z from "zod";
import { maxBatchBytes, maxBatchRequests, maxFilesListed } from "./limits.ts";
import { pageLimit } from "./paging.ts";

/** Of files that are uploaded, and of those that a batch gives. */
export const filePurposes = ["batch", "batch_output"] as const;

const exampleId = "file-V1StGXR8_Z5jdHi6B-myT";
const limits = `at most ${maxBatchBytes / 1024 / 1024} MiB and ${maxBatchRequests.toLocaleString("en-US")} lines`;

export const uploadSchema = z
  .object({
    file: z.any().meta({
      description: `JSON lines, each \`{"custom_id","method","url","body"}\`; ${limits}.`,
      type: "string",
      format: "binary",
    }),
    purpose: z.literal("batch").meta({ description: "The only purpose that this server has." }),
    "expires_after[anchor]": z.literal("created_at").optional().meta({ description: "From when it counts." }),
    "expires_after[seconds]": z.int().optional().meta({
      description: "Seconds for which the file is kept; a week without it, and at most.",
    }),
  })
  .meta({ id: "FileUpload", description: "A file of requests for a batch." });

export const openAiFileSchema = z
  .object({
    id: z.string().meta({ description: "The file's id.", example: exampleId }),
    object: z.literal("file").meta({ description: "What this is." }),
    bytes: z.int().meta({ description: "Its size." }),
    created_at: z.int().meta({ description: "When it was uploaded, or its batch ended, Unix seconds." }),
    expires_at: z.int().meta({ description: "Until when it is kept, Unix seconds." }),
    filename: z.string().meta({ description: "Its name." }),
    purpose: z.enum(filePurposes).meta({ description: "`batch_output`: results of a batch." }),
    status: z.literal("processed").meta({ description: "Always so." }),
  })
  .meta({ id: "OpenAiFile" });
export type OpenAiFile = z.infer<typeof openAiFileSchema>;

export const openAiFileParams = z.object({
  id: z.string().meta({ description: "The file's id.", example: exampleId }),
});

export const openAiFileListQuery = z.object({
  limit: pageLimit(maxFilesListed, maxFilesListed),
  after: z.string().optional().meta({ description: "`last_id` of the page before.", example: exampleId }),
  order: z.enum(["asc", "desc"]).default("desc").meta({ description: "`desc`: the newest first." }),
  purpose: z.string().optional().meta({ description: "Only files of this purpose.", example: "batch" }),
});

export const openAiFileListSchema = z
  .object({
    object: z.literal("list").meta({ description: "What this is." }),
    data: z.array(openAiFileSchema).meta({ description: "The uploaded files." }),
    first_id: z.string().nullable().meta({ description: "Id of the first of them." }),
    last_id: z.string().nullable().meta({ description: "Send it as `after` for the next page." }),
    has_more: z.boolean().meta({ description: "Whether there are more." }),
  })
  .meta({ id: "OpenAiFileList" });

export const fileDeletedSchema = z
  .object({
    id: z.string().meta({ description: "The file's id." }),
    object: z.literal("file").meta({ description: "What this is." }),
    deleted: z.boolean().meta({
      description: "False for the results of a batch, which are not stored as a file and go with their batch.",
    }),
  })
  .meta({ id: "OpenAiFileDeleted" });
