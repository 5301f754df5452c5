import { everyState } from "./support/every-state.ts";

everyState({ look: "English, dark, at a desk", language: "en", wishes: { colorScheme: "dark" } });
