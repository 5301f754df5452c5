/** Runs before each file of Workers tests: files share runtimes, so each test clears its state. */
import { afterEach } from "vitest";
import { clearStage } from "./stage.ts";

afterEach(clearStage);
