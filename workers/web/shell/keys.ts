/** The keys of the page, in the order in which their list shows them. A combination is joined by +. */
import type { keyListMessages } from "#web/messages/key-list.ts";

type Words = (typeof keyListMessages)["en"];
type Row = { keys: readonly string[]; does: keyof Words["does"] };

const isApple = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? "");
const control = isApple ? "⌘" : "Ctrl";

export const keyGroups: readonly { place: keyof Words["places"]; rows: readonly Row[] }[] = [
  {
    place: "page",
    rows: [
      { keys: ["?"], does: "list" },
      { keys: [`${control}+V`], does: "paste" },
      { keys: [`${control}+Z`], does: "undo" },
      { keys: ["Esc"], does: "close" },
    ],
  },
  {
    place: "form",
    rows: [
      { keys: [`${control}+Enter`], does: "send" },
      { keys: ["↑", "↓"], does: "recall" },
    ],
  },
  {
    place: "view",
    rows: [
      { keys: ["←", "→"], does: "step" },
      { keys: ["+", "−"], does: "zoom" },
      { keys: ["0"], does: "whole" },
    ],
  },
];
