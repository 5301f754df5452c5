/** The address of a stored image. Pure. */
import * as z from "zod";

export const fileParams = z.object({
  task: z
    .string()
    .meta({ description: "The task's id, as it stands in the link.", example: "imgtask_V1StGXR8_Z5jdHi6B-myT" }),
  index: z.string().meta({
    description: "The image's place in the task, from 0, with or without the ending of an image type.",
    example: "0.png",
  }),
});

export const fileQuery = z.object({
  download: z.string().optional().meta({
    description: "`1`: browsers save the image as a file instead of showing it.",
    example: "1",
  }),
});
