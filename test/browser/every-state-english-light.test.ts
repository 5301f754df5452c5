/** Every state of the page in one theme, language and size; support/every-state.ts has the steps. */
import { everyState } from "./support/every-state.ts";

everyState({ look: "English, light, at a desk", language: "en", wishes: {} });
