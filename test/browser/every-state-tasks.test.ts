/** Every state of a task that runs, waits or failed. */
import { eventually } from "./support/eventually.ts";
import { everyState } from "./support/every-state.ts";

/** Every code that a failed task can have. */
const codes =
  "prompt_moderated input_moderated output_moderated risk_control session_expired key_refused insufficient_credits model_not_available invalid_value input_image_invalid rate_limited upstream_failed upstream_changed upstream_unreachable outcome_unknown timeout cancelled internal".split(
    " ",
  );
const path = "/v1/images/generations";
/** In characters of neither language, but for the scenarios of the simulator. */
const prompts = { stuck: "1 + 1 = 2 sim:stuck", held: "1 + 2 = 3", failed: "3 + 3 = 7 sim:input-moderated" };
const own = Object.values(prompts);

everyState("the states of a task", "tasks", async ({ say, pick, session, visit, examine, post }) => {
  await post(path, session("full"), { prompt: prompts.held });
  await post(path, session(), { prompt: prompts.stuck });
  await post(path, session(), { prompt: prompts.failed });
  const held = await visit([session("full")]);
  await held.getByText(pick("All your sessions and keys are busy.", "所有会话和密钥都在忙")).waitFor();
  await examine(held, "waiting, with a reason", own);

  const page = await visit([session()], { expecting: [/400/] });
  const stuck = page.getByRole("article", { name: prompts.stuck });
  await stuck.getByRole("progressbar").waitFor();
  await examine(page, "running", own);
  // The failed task, once for each code.
  await page.route("**/v1/images/tasks?*", async (route) => {
    const answer = await route.fetch();
    const list = await answer.json();
    const failed = list.data.find(({ status }: { status: string }) => status === "failed");
    const error = pick("What happened.", "");
    const hint = pick("What to do.", "下一步。");
    const upstream = { ret: "1000", text: "…" };
    list.data = codes.map((code, index) => ({
      ...{ ...failed, id: `${failed.id.slice(0, -2)}${index + 10}`, error_code: code, error },
      error_info: { ...failed.error_info, code, message: error, hint, upstream },
    }));
    await route.fulfill({ response: answer, json: list });
  });
  await page.reload();
  await page.getByRole("radio", { name: pick("Failed", "失败") }).check({ force: true });
  await eventually(() => page.locator(".failure-hint").count()).toBeGreaterThanOrEqual(codes.length);
  await examine(page, "every failure, with what helps", own);
  await page
    .getByRole("button", { name: pick("More actions", "更多操作") })
    .last()
    .click();
  await page.getByRole("menuitem").first().waitFor();
  await examine(page, "menu of a failed task", own);
  await page.keyboard.press("Escape");

  await page.route(`**${path}`, (route) =>
    route.fulfill({
      status: 400,
      json: { error: { code: "input_image_invalid", message: "images[0] is empty.", hint: "", param: "images[0]" } },
    }),
  );
  await page.goto(`/#${new URLSearchParams({ mode: "image", prompt: "5 + 5 = 1", image: "https://1.2.3.4/5.png" })}`);
  await page.getByRole("radio", { name: say.fromImages, checked: true }).waitFor();
  await page.locator("button.send").click();
  await page.getByRole("button", { name: pick("Remove reference image 1", "移除第 1 张参考图") }).waitFor();
  await examine(page, "a refused reference image", [...own, "5 + 5 = 1", "1.2.3.4", "5.png"]);
});
