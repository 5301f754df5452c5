/** The demo session of a simulated server: an account of its own for each browser, with credits that are made up. */
import { notify } from "#web/components/toast.tsx";
import { firstMessages } from "#web/messages/first.ts";
import { messages } from "#web/messages/index.ts";
import { newId } from "#web/state/new-id.ts";
import { checkSessions } from "#web/state/session-checks.ts";
import { addSessions } from "#web/state/sessions.ts";

/** Adds it, switched on, and checks it. */
export function takeDemoSession(): void {
  const text = `us-demo-us-${newId()}`;
  const added = addSessions([{ kind: "session", text, name: "", isOn: true }]);
  notify(messages(firstMessages).demoTaken);
  void checkSessions(added);
}
