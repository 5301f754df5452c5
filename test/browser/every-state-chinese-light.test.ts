/** Every state of the page in one theme, language and size; support/every-state.ts has the steps. */
import { everyState } from "./support/every-state.ts";

everyState({ look: "Chinese, light, at a desk", language: "zh", wishes: { locale: "zh-CN" } });
