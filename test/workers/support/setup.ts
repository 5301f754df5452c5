/** Runs before each file of Workers tests: they share runtimes, so each test leaves nothing to the next. */
import { afterEach } from "vitest";
import { clearStage } from "./stage.ts";

afterEach(clearStage);
