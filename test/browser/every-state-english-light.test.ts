import { everyState } from "./support/every-state.ts";

everyState({ look: "English, light, at a desk", language: "en", wishes: {} });
