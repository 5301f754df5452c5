import { describe, expect, it } from "vitest";
import { defaultModel } from "#scripts/batch/estimate.ts";
import * as command from "#scripts/batch/limits.ts";
import { defaultModelId } from "#shared/default-model.ts";
import * as api from "#shared/wire/limits.ts";

describe("the command's copies of the API's numbers", () => {
  it("are the same", () => {
    expect([
      command.maxPartRequests,
      command.maxPartImages,
      command.maxPromptCharacters,
      command.maxCustomIdCharacters,
      defaultModel,
    ]).toEqual([
      api.maxBatchRequests,
      api.maxBatchInputs,
      api.maxPromptCharacters,
      api.maxCustomIdCharacters,
      defaultModelId,
    ]);
  });

  it("a part is no larger than the server takes", () => {
    expect(command.maxPartBytes).toBeLessThanOrEqual(api.maxBatchBytes);
  });
});
