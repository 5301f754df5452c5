/** The send button with the cost and its keyboard shortcut. */
import { Button } from "#web/components/button.tsx";
import { batchMessages } from "#web/messages/batches.ts";
import { composeMessages } from "#web/messages/compose.ts";
import { messages, money } from "#web/messages/index.ts";
import type { Cost } from "#web/state/cost.ts";
import { fitting } from "#web/state/fitting.ts";
import { promptList } from "#web/state/many.ts";
import { summary } from "#web/state/session-summary.ts";
import { areFilesLoading } from "./incoming.ts";

const isApple = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? "");

export function SendBar() {
  const t = messages(composeMessages);
  const { offers } = fitting.value;
  const prompts = Math.max(1, promptList.value?.prompts.length ?? 1);
  return (
    <div class="compose-send">
      <Button look="main" icon="star" type="submit" class="send" isBusy={areFilesLoading.value}>
        {t.generate(offers.count * prompts)}
      </Button>
      <p class="note">
        {areFilesLoading.value ? (
          <span>{t.readingFiles}</span>
        ) : (
          <span>{offers.cost === null ? "\u00a0" : costText(offers.cost, prompts)}</span>
        )}
        <kbd>{isApple ? "⌘" : "Ctrl"} + Enter</kbd>
      </p>
    </div>
  );
}

/** What a list costs, and whether more than the known credits; of one prompt only what it costs. */
function costText(cost: Cost, prompts: number): string {
  const t = messages(composeMessages);
  if (cost.kind === "credits") {
    const total = cost.total * prompts;
    const { credits } = summary.value;
    const isShort = prompts > 1 && credits !== null && credits < total;
    return [t.credits(total), isShort && messages(batchMessages).onlyHave(credits)].filter(Boolean).join(" · ");
  }
  const prices = cost.each.map(({ currency, amount }) => money(amount, currency)).join(" / ");
  if (prices === "") return t.unknownPrice;
  return cost.isLeast ? t.leastPrice(prices) : t.price(prices);
}
