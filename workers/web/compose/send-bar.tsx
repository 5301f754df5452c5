/** The send button with the cost and its keyboard shortcut. */
import { Button } from "#web/components/button.tsx";
import { composeMessages } from "#web/messages/compose.ts";
import { messages, money } from "#web/messages/index.ts";
import type { Cost } from "#web/state/cost.ts";
import { fitting } from "#web/state/fitting.ts";

const isApple = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? "");

export function SendBar() {
  const t = messages(composeMessages);
  const { offers } = fitting.value;
  return (
    <div class="compose-send">
      <Button look="main" icon="star" type="submit" class="send">
        {t.generate(offers.count)}
      </Button>
      <p class="note">
        <span>{offers.cost === null ? "\u00a0" : costText(offers.cost)}</span>
        <kbd>{isApple ? "⌘" : "Ctrl"} + Enter</kbd>
      </p>
    </div>
  );
}

function costText(cost: Cost): string {
  const t = messages(composeMessages);
  if (cost.kind === "credits") return t.credits(cost.total);
  const prices = cost.each.map(({ currency, amount }) => money(amount, currency)).join(" / ");
  if (prices === "") return t.unknownPrice;
  return cost.isLeast ? t.leastPrice(prices) : t.price(prices);
}
