/** The administrator's page: signing in, then one of its parts. */
import { Toasts } from "#web/components/toast.tsx";
import { adminMessages } from "#web/messages/admin.ts";
import { messages } from "#web/messages/index.ts";
import { AdminHeader } from "./admin-header.tsx";
import { FiguresPart } from "./figures/figures-part.tsx";
import { KeysPart } from "./keys/keys-part.tsx";
import { LettersPart } from "./letters-part.tsx";
import { PartLinks } from "./part-links.tsx";
import { PoolPart } from "./pool/pool-part.tsx";
import { RunningPart } from "./running-part.tsx";
import { SignIn } from "./sign-in.tsx";
import { part } from "./state/part.ts";
import { session } from "./state/session.ts";

export function Admin() {
  const t = messages(adminMessages);
  const { state } = session.value;
  const Shown = shownParts[part.value];
  return (
    <div class="page">
      <a class="skip" href="#part">
        {t.skip}
      </a>
      <AdminHeader />
      <main class="admin" id="part" tabIndex={-1}>
        <h1 class="unseen">{t.heading}</h1>
        {state === "in" && (
          <>
            <PartLinks />
            <Shown key={part.value} />
          </>
        )}
        {state === "out" && <SignIn />}
        {state === "asking" && (
          <p class="loading" role="status">
            <span class="spinner" aria-hidden="true" />
            {t.loading}
          </p>
        )}
      </main>
      <Toasts />
    </div>
  );
}

const shownParts = {
  figures: FiguresPart,
  keys: KeysPart,
  pool: PoolPart,
  running: RunningPart,
  letters: LettersPart,
};
