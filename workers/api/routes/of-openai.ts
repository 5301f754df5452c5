/** OpenAI's Batch API. */
import { openAiBatches } from "./openai-batches.ts";
import { openAiFiles } from "./openai-files.ts";

export const ofOpenAi = [openAiFiles, openAiBatches];
