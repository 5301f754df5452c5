/** Every state of a batch. */
import { everyState } from "./support/every-state.ts";

const path = "/v1/images/batches";
const requests = (...prompts: string[]) => ({ requests: prompts.map((prompt) => ({ prompt, n: 1 })) });

everyState("the states of a batch", "batches", async ({ pick, session, visit, examine, post }) => {
  const prompts = ["6 + 1 = 7 sim:instant", "6 + 2 = 9 sim:input-moderated", "6 + 3 = 9 sim:stuck", "6 + 4 = 1"];
  const [made = "", refused = "", stuck = "", last = ""] = prompts;
  await post(path, session(), requests(made, refused));
  await post(path, session(), requests(stuck, stuck));
  const paused = await post(path, session(), requests(last));
  await post(`${path}/${paused}/pause`, session());
  const page = await visit([session()]);
  const card = (text: string) => page.getByRole("article").filter({ hasText: text });
  await card(pick("1 of 2 ready · 1 failed", "已完成 1 / 2 · 1 条失败")).waitFor();
  await card(pick("2 being made", "2 条生成中")).waitFor();
  await card(pick("Paused", "已暂停")).waitFor();
  await page.getByText(pick("1 prompt failed", "1 条提示词失败")).click();
  await page.locator(".batch-images img").first().waitFor();
  await examine(page, "running, paused, and ended with a failure", prompts);
  await page
    .getByRole("button", { name: pick("More actions", "更多操作") })
    .first()
    .click();
  await page.getByRole("menuitem").first().waitFor();
  await examine(page, "menu of a batch", prompts);
  await page.keyboard.press("Escape");
  // No session or key of it can be used any more; the simulator takes minutes for that.
  const reason = { code: "session_expired", message: "The session has expired." };
  await page.route(`**${path}/${paused}`, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), paused_reason: reason } });
  });
  await page.reload();
  await card(pick("no session or key can be used", "没有可用的会话或密钥")).waitFor();
  await examine(page, "paused by itself", prompts);
});
