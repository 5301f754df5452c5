/** Every state of the first visit, and of the page without images. */
import { everyState } from "./support/every-state.ts";
import { answerAsLive } from "./support/live.ts";
import { openSessions, promptField } from "./support/person.ts";

everyState("the states of an empty page", "first", async ({ say, pick, session, visit, examine }) => {
  const page = await visit([]);
  await page.getByText(pick("with a demo session", "使用演示会话")).waitFor();
  await examine(page, "empty, simulated");
  await openSessions(page, say);
  await examine(page, "sessions, with the demo session on offer");
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  const keys = page.getByRole("dialog", { name: pick("Keyboard shortcuts", "键盘快捷键") });
  await keys.waitFor();
  await examine(page, "list of keys");
  await page.keyboard.press("Escape");
  await keys.waitFor({ state: "hidden" });

  await answerAsLive(page);
  await page.reload();
  const refused = page.getByText(pick("Since about April 2026", "大约从 2026 年 4 月起"));
  await page.getByRole("main").and(page.locator(":has(.refused-today)")).waitFor();
  await examine(page, "empty, Dreamina itself");
  await page.getByRole("button", { name: pick("A lighthouse on a cliff", "清晨悬崖上的灯塔") }).click();
  const dialog = page.getByRole("dialog", { name: say.sessions });
  await dialog.getByRole("radio", { name: pick("Japan", "日本") }).check();
  await dialog.and(page.locator(":has(.asked)")).waitFor();
  await refused.last().waitFor();
  await examine(page, "an example pressed, the dialog asks for a session");

  const other = await visit([session()]);
  await promptField(other, say).waitFor();
  await other.locator(".example").first().waitFor();
  await examine(other, "empty, with a session");
});
