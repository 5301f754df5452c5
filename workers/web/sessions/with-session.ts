/** Runs what needs a session or key: at once where one is active, else with the first one that the person adds. */
import { isSimulated, untilKnown } from "#web/state/connection.ts";
import { active, sessions } from "#web/state/sessions.ts";
import { takeDemoSession } from "./demo-session.ts";
import { openSessions } from "./opened.ts";

/** A simulated server needs no one's session: its demo session is taken. */
export async function withSession(run: () => void): Promise<void> {
  if (sessions.peek().length === 0) await untilKnown();
  if (sessions.peek().length === 0 && isSimulated.peek()) takeDemoSession();
  if (active.peek().length > 0) run();
  else openSessions("list", run);
}
