/** The documented body of a request with reference images, as JSON and as a form. Schemas only. */
import * as z from "zod";
import { imageRequestSchema, otherFields } from "./image-request.ts";
import { maxBase64Bytes, maxInputBytes, maxInputs, maxJsonBytes } from "./limits.ts";

const MiB = 1024 * 1024;
const sizes = `At most ${maxInputBytes / MiB} MiB from an address or as a file. As data-URLs or base64, all images of a request together ${maxBase64Bytes / MiB} MiB: its JSON, or the texts of its form, may have ${maxJsonBytes / MiB} MiB.`;

const text = z.string().meta({ description: "Its address, a data-URL or base64." });
const wrapped = z.object({ url: text });
const inputSchema = z
  .union([
    text,
    wrapped,
    z.object({ image_url: z.union([text, wrapped]).meta({ description: "The image." }) }),
    z.object({ b64_json: text }),
    z.object({ data: text }),
    z.object({ base64: text }),
  ])
  .meta({
    id: "InputImage",
    description: `A reference image: a public http or https address, a data-URL, or base64 (also \`base64://…\`), as it is or in one of these objects; image blocks of Anthropic, Gemini, MCP and LangChain are read, too. A whole JPEG, PNG, WebP, GIF or BMP. ${sizes}`,
    example: "https://example.com/cat.png",
  });

const inputsDescription = `1 to ${maxInputs} reference images; some models take fewer, see GET /v1/models.`;
export const compositionSchema = imageRequestSchema
  .extend({
    images: z
      .union([inputSchema, z.array(inputSchema)])
      .optional()
      .meta({ description: inputsDescription }),
    image: z
      .union([inputSchema, z.array(inputSchema)])
      .optional()
      .meta({
        description:
          "The same as `images`. If both are sent, those of `image` come first. Also taken: `image_urls`, `input_image` (also numbered), `reference_images`, `image_input`, `init_images`, `filePath` and others.",
      }),
  })
  .meta({
    id: "CompositionRequest",
    description: `${otherFields} At most ${maxJsonBytes / MiB} MiB of JSON.`,
  });

const files = z
  .array(z.string().meta({ format: "binary" }))
  .optional()
  .meta({
    description: `Files, repeated under this name; a text here is an address, a data-URL or base64, or a list of them as JSON. ${inputsDescription} ${sizes} All four names count together; a file under any other name is refused.`,
  });

/** A form has no null: what may be null in JSON is left out, or left empty. */
function formField(field: z.ZodType): z.ZodType {
  const inner = field instanceof z.ZodOptional ? field.unwrap() : null;
  return inner instanceof z.ZodNullable ? z.optional(inner.unwrap()).meta({ ...field.meta() }) : field;
}

export const compositionFormSchema = z
  .looseObject({
    ...Object.fromEntries(Object.entries(imageRequestSchema.shape).map(([name, field]) => [name, formField(field)])),
    webhook: z.string().optional().meta({
      description: "Whom to tell how the task ends, as JSON: an object with `url`, and maybe `events`.",
      example: '{"url": "https://example.com/hooks/images"}',
    }),
    image: files,
    "image[]": files,
    images: files,
    "images[]": files,
  })
  .meta({
    id: "CompositionForm",
    description: `The fields of a JSON request as texts, and at least one image. ${otherFields}`,
  });
