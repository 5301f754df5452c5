import { everyState } from "./support/every-state.ts";

everyState({ look: "Chinese, light, at a desk", language: "zh", wishes: { locale: "zh-CN" } });
