/** Every group of choices shows which one is chosen, to the eye in each theme, and to screen readers. */
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { eventually } from "./support/eventually.ts";
import { ask, cardOf, openSessions, promptField } from "./support/person.ts";
import { product, type Wishes } from "./support/product.ts";

const here = product();

/** Opens every place of the page that has choices: the form, the gallery with a failed task, the sessions dialog. */
async function withAllChoices(session: string, wishes: Wishes): Promise<Page> {
  const page = await here.visit(session, wishes);
  await ask(page, "9 + 9 sim:input-moderated");
  await cardOf(page, "9 + 9 sim:input-moderated").getByText("prompt_moderated").waitFor();
  await page.reload();
  await promptField(page).waitFor();
  await page.getByRole("group", { name: "What the gallery shows" }).waitFor();
  await openSessions(page);
  return page;
}

/** Runs in the page. Each group of radio buttons, and whether its chosen option looks different from the others. */
function groupsOf(): [name: string, isShown: boolean][] {
  /** The colour behind the text, which is that of the first element around it that has one. */
  const behind = (element: Element | null): string => {
    if (element === null) return "";
    const { backgroundColor } = getComputedStyle(element);
    return backgroundColor.endsWith(", 0)") ? behind(element.parentElement) : backgroundColor;
  };
  const look = (input: Element) => behind(input.nextElementSibling);
  return [...document.querySelectorAll("fieldset")].flatMap((group): [string, boolean][] => {
    const [chosen] = group.querySelectorAll("input[type=radio]:checked");
    const others = [...group.querySelectorAll("input[type=radio]:not(:checked)")];
    if (others.length === 0) return [];
    const name = document.getElementById(group.getAttribute("aria-labelledby") ?? "")?.textContent ?? "";
    return [[name, chosen !== undefined && others.every((other) => look(other) !== look(chosen))]];
  });
}

it.each([
  ["light", "light", "none"],
  ["dark", "dark", "none"],
  ["high contrast", "light", "active"],
] as const)("every group of choices shows the chosen one: %s", async (title, colorScheme, forcedColors) => {
  const session = `us-demo-us-choices-${title.replace(" ", "-")}`;
  const page = await withAllChoices(session, { colorScheme, forcedColors });
  expect(await page.evaluate(groupsOf)).toEqual(
    ["Mode", "Aspect ratio", "Resolution", "Count", "What the gallery shows", "Region of the account"].map((name) => [
      name,
      true,
    ]),
  );
});

it("a switch that is on looks different from one that is off, also in high contrast", async () => {
  const page = await here.visit("us-demo-us-choices-switch", { forcedColors: "active" });
  const dialog = await openSessions(page);
  const box = dialog.getByRole("checkbox").first();
  const look = () => box.evaluate((input) => getComputedStyle(input.nextElementSibling ?? input).backgroundColor);
  const on = await look();
  await box.uncheck();
  await eventually(look).not.toBe(on);
});
