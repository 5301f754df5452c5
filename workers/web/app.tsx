/** The page: header, banners, the form, and the tasks beside it. */
import { Toasts } from "./components/toast.tsx";
import { Compose } from "./compose/compose.tsx";
import { DropVeil } from "./compose/drop-veil.tsx";
import { Welcome } from "./first/welcome.tsx";
import { messages } from "./messages/index.ts";
import { shellMessages } from "./messages/shell.ts";
import { opened, openSessions } from "./sessions/opened.ts";
import { SessionsDialog } from "./sessions/sessions-dialog.tsx";
import { ConnectionNotice } from "./shell/connection-notice.tsx";
import { Foot } from "./shell/foot.tsx";
import { Header } from "./shell/header.tsx";
import { SimulatedBanner } from "./shell/simulated-banner.tsx";
import { sessions } from "./state/sessions.ts";
import { finished, running } from "./state/tasks.ts";
import { TaskArea } from "./tasks/task-area.tsx";

export function App() {
  const t = messages(shellMessages);
  const manage = () => openSessions();
  const isNew = sessions.value.length === 0 && running.value.length + finished.value.length === 0;
  return (
    <div class="page">
      <a class="skip" href="#tasks">
        {t.skip}
      </a>
      <Header onSessions={manage} />
      <main class={`columns ${isNew ? "new" : ""}`}>
        <h1 class="unseen">{`${t.title} – ${t.tagline}`}</h1>
        <SimulatedBanner />
        <Compose />
        <section class="tasks-area" id="tasks" tabIndex={-1} aria-label={t.images}>
          {isNew ? <Welcome /> : <TaskArea />}
        </section>
      </main>
      <Foot />
      {opened.value !== null && <SessionsDialog />}
      <ConnectionNotice />
      <DropVeil />
      <Toasts />
    </div>
  );
}
