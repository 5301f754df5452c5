/** Every state of the page in one of its looks; the walk is in support/every-state.ts. */
import { everyState } from "./support/every-state.ts";

everyState({ look: "Chinese, light, at a desk", language: "zh", wishes: { locale: "zh-CN" } });
