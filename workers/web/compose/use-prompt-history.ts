/** Arrow keys in the prompt, at its start: up shows earlier prompts, down goes back to the user's own text. */
import { useRef } from "preact/hooks";
import { changeDraft } from "#web/state/draft.ts";
import { newestFirst } from "#web/state/task.ts";
import { tasks } from "#web/state/tasks.ts";
import { earlierPrompts } from "./earlier-prompts.ts";
import { type Recall, step } from "./prompt-history.ts";

type KeyInField = KeyboardEvent & { currentTarget: HTMLTextAreaElement };

export function usePromptHistory(): (event: KeyInField) => void {
  const recall = useRef<Recall | null>(null);
  return (event) => {
    const by = { ArrowUp: "older", ArrowDown: "newer" }[event.key] as "older" | "newer" | undefined;
    const field = event.currentTarget;
    const { value, selectionStart, selectionEnd } = field;
    const isModified = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey;
    if (by === undefined || isModified || event.isComposing || selectionStart + selectionEnd > 0) return;
    const next = step(earlierPrompts(newestFirst(tasks.peek().values())), value, recall.current, by);
    if (next === null) return;
    event.preventDefault();
    recall.current = next;
    field.value = next.shown;
    // The next press goes on from here.
    field.setSelectionRange(0, 0);
    changeDraft({ prompt: next.shown });
  };
}
