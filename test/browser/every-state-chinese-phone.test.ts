/** Every state of the page in one theme, language and size; support/every-state.ts has the steps. */
import { everyState } from "./support/every-state.ts";
import { phone } from "./support/product.ts";

everyState({
  look: "Chinese, dark, on a phone",
  language: "zh",
  wishes: { locale: "zh-CN", colorScheme: "dark", viewport: phone, isMobile: true, hasTouch: true },
});
