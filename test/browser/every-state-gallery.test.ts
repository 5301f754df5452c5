/** Every state of the gallery and its dialogs. */
import { everyState } from "./support/every-state.ts";
import { imagesIn, largeView } from "./support/person.ts";

const prompt = "2 + 2 = 4 sim:instant";

everyState("the states of the gallery", "gallery", async ({ say, pick, session, visit, examine, post }) => {
  await post("/v1/images/generations", session(), { prompt });
  const page = await visit([session()]);
  await imagesIn(page).nth(3).waitFor();
  await page.reload();
  await imagesIn(page).nth(3).waitFor();
  const own = [prompt];
  await page.getByRole("button", { name: pick("Filter", "筛选"), exact: true }).click();
  await page.getByRole("searchbox").fill("2 + 2");
  await examine(page, "filter and search", [...own, "2 + 2"]);
  await page.getByRole("button", { name: pick("Favourites only", "只看收藏") }).click();
  await page.getByText(pick("Nothing found.", "没有找到。")).waitFor();
  await examine(page, "nothing found", [...own, "2 + 2"]);
  await page.getByRole("button", { name: pick("Show all", "显示全部") }).click();
  await page.getByRole("button", { name: pick("Select", "选择"), exact: true }).click();
  await imagesIn(page).nth(0).click();
  await imagesIn(page).nth(1).click();
  await examine(page, "selection", own);
  await page.getByRole("button", { name: pick("Compare", "对比"), exact: true }).click();
  const compare = page.getByRole("dialog", { name: pick("Compare", "对比") });
  await compare.waitFor();
  await examine(page, "two images compared", own);
  await page.keyboard.press("Escape");
  await compare.waitFor({ state: "hidden" });
  await page.getByRole("button", { name: pick("Delete for good", "永久删除"), exact: true }).click();
  const confirm = page.getByRole("dialog", { name: pick("Delete for good?", "永久删除？") });
  await confirm.waitFor();
  await examine(page, "before a deletion", own);
  await page.keyboard.press("Escape");
  await confirm.waitFor({ state: "hidden" });
  await page.getByRole("button", { name: pick("Done", "完成"), exact: true }).click();
  await imagesIn(page).first().click();
  const view = largeView(page, say);
  await view.getByRole("img").first().waitFor();
  // On wide screens they are always shown.
  const details = view.getByRole("button", { name: pick("Details", "详情") });
  if (await details.isVisible()) await details.click();
  await examine(page, "large view", own);
});
