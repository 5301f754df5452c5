/** Every state of the form. */
import { everyState } from "./support/every-state.ts";
import { ask, promptField } from "./support/person.ts";
import { whitePng } from "./support/white-png.ts";

everyState("the states of the form", "form", async ({ say, pick, session, visit, examine }) => {
  const key = "ark-ap-demo-key-ap-states-of-the-form";
  const page = await visit([session(), key], { expecting: [/net::ERR_INTERNET_DISCONNECTED/] });
  const prompt = promptField(page, say);
  const own = ["7 + 7 = 14 sim:instant"];
  await ask(page, "7 + 7 = 14 sim:instant", say);
  const model = page.getByRole("combobox", { name: pick("Model", "模型") });
  await model.selectOption("seedream-4.5");
  await examine(page, "a model of the clouds", own);
  await model.selectOption("dreamina-4.5");

  await prompt.fill("");
  await page.keyboard.press("ArrowUp");
  await page.waitForFunction(() => document.querySelector("textarea")?.value === "7 + 7 = 14 sim:instant");
  await examine(page, "an earlier prompt", own);
  await prompt.fill("1 {2|3}\n4");
  await page.getByText(pick("Several prompts, one a line", "多条提示词，每行一条")).click();
  await examine(page, "several prompts", own);
  await prompt.fill("1 {2|3");
  await page.locator("button.send").click();
  await page.locator("#prompt-problem").getByText(pick("is not closed", "没有闭合")).waitFor();
  await examine(page, "several prompts, a fault", [...own, "1 {2|3"]);
  await page.getByText(pick("Several prompts, one a line", "多条提示词，每行一条")).click();
  await prompt.fill("");
  await page.getByText(say.more, { exact: true }).click();
  await page.getByRole("radio", { name: say.fromImages }).check();
  await page.locator("button.send").click();
  await examine(page, "image mode, all fields, a fault", own);

  const files = page.locator("input[type=file]").first();
  await files.setInputFiles([
    { name: "1.png", mimeType: "image/png", buffer: whitePng(40, 40).subarray(0, -20) },
    { name: "2.png", mimeType: "image/png", buffer: whitePng(8_000, 5_000) },
    { name: "3.png", mimeType: "image/png", buffer: whitePng(40, 40) },
  ]);
  await page.getByText(pick("Not complete, the end is missing", "不完整，缺少结尾")).first().waitFor();
  await page.getByRole("button", { name: pick("Scale down and add", "缩小后添加") }).waitFor();
  await page.locator(".thumbnails img").first().waitFor();
  await examine(page, "reference images: one taken, one refused, one too large", own);
  await page.evaluate(() => {
    Object.assign(globalThis, { createImageBitmap: () => new Promise(() => undefined) });
  });
  await page.getByRole("button", { name: pick("Scale down and add", "缩小后添加") }).click();
  await page.getByText(pick("Reading the images…", "正在读取图片……")).waitFor();
  await examine(page, "reference images: one being converted", own);

  await page
    .getByRole("button", { name: pick("Form options", "表单操作") })
    .first()
    .click();
  await page.getByRole("menuitem", { name: /Notify me|通知我/ }).waitFor();
  await examine(page, "menu with notifications", own);
  await page.keyboard.press("Escape");
  await page.context().setOffline(true);
  await page.getByText(pick("This device is offline.", "设备已离线。")).waitFor();
  await examine(page, "offline", own);
});
