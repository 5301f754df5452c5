/** Every state of the dialog of sessions and keys. */
import { everyState } from "./support/every-state.ts";
import { openSessions } from "./support/person.ts";

/** Without its cloud. */
const nativeKey = "ark-1a2b3c4d-0000-4000-8000-1a2b3c4d5e6f-c3f9";

everyState("the states of sessions and keys", "sessions", async ({ say, pick, session, visit, examine }) => {
  const key = "ark-ap-demo-key-ap-states-in-words";
  const refusedKey = "ark-cn-demo-key-cn-states-flagged1";
  const shown = ["us-••••0001", "us-••••lain", "hk-••••here", "ark-ap-••••ords", "ark-cn-••••ged1"];
  const page = await visit([session(), session("expired-0000000001"), session("elsewhere").replace("us-", "hk-")]);
  const dialog = await openSessions(page, say);
  await dialog.getByRole("button", { name: pick("Check all", "全部检查") }).click();
  await dialog.getByText(pick("Expired", "已过期"), { exact: true }).waitFor();
  await dialog.getByText(pick("Wrong region", "区域不正确"), { exact: true }).first().waitFor();
  await examine(page, "one that works, one expired, one of another region", shown);
  await dialog.getByText(say.keyGuide, { exact: true }).click();
  await dialog.getByRole("textbox", { name: say.sessionText }).fill(`${key} ${refusedKey} ${nativeKey}`);
  await dialog.getByRole("button", { name: say.add, exact: true }).click();
  await page.getByText(pick("Refused", "密钥被拒绝"), { exact: true }).waitFor();
  await dialog.getByRole("group", { name: say.whichCloud }).waitFor();
  await examine(page, "keys, a question and both guides", shown);
});
