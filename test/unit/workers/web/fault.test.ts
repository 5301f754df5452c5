import { describe, expect, it } from "vitest";
import { errorCodes, errorKind } from "#shared/errors.ts";
import { wordsOfTheApi } from "#test/support/api-words.ts";
import { newTask, type Refusal } from "#web/state/task.ts";
import { areHintsForPrograms, faultOf } from "#web/tasks/fault.ts";

const refused = (refusal: Partial<Refusal>) =>
  faultOf({
    ...newTask({ key: "k", draft: null, sessions: [], frame: { count: 1, width: 1, height: 1 }, createdAt: 1 }),
    refusal: { code: "invalid_value", message: "", hint: "", param: null, ...refusal },
  });

describe("the hints that the page shows", () => {
  it("name nothing of the API, where a task can have their code", () => {
    const codes = errorCodes.filter((code) => !areHintsForPrograms.has(code));
    // The page has no failed task of these.
    const shown = codes.filter((code) => !["already_finished", "not_finished"].includes(code));
    const hints = shown.flatMap((code) => Object.values(errorKind(code).hint));
    expect(hints.filter((hint) => wordsOfTheApi.test(hint))).toEqual([]);
  });

  it("are left out where they are about a request", () => {
    const hint = "Correct the field named in `param` and send the request again.";
    expect(refused({ hint }).hint).toBeNull();
    expect(refused({ code: "input_image_forbidden", hint: "Use a public address." }).hint).toBe(
      "Use a public address.",
    );
  });
});

describe("the sentence of a refused task", () => {
  it("a reference image is named as people count", () => {
    expect(refused({ message: "images[1] is empty." }).sentence).toBe("Reference image 2 is empty.");
  });

  it("a refusal of the Authorization header is told in the page's words", () => {
    const message = "There is no such task for this Authorization.";
    expect(refused({ code: "not_found", message }).sentence).toBe(
      "This no longer exists, or belongs to another session or key.",
    );
  });
});
