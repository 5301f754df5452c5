/** The empty page of a first visit: what the page does, examples to press, and the ways to a session or key. */
import { Button } from "#web/components/button.tsx";
import { firstMessages } from "#web/messages/first.ts";
import { language, messages } from "#web/messages/index.ts";
import { openSessions } from "#web/sessions/opened.ts";
import { isDirect, isReal, isSimulated } from "#web/state/connection.ts";
import { filled } from "#web/state/draft.ts";
import { Examples } from "./examples.tsx";

export function Welcome() {
  const t = messages(firstMessages);
  return (
    <div class="welcome">
      <h2>{t.title}</h2>
      <p class="what">{t.what}</p>
      {/* Where the form is below. */}
      <Button class="write" look="main" icon="text" onClick={goToForm}>
        {t.write}
      </Button>
      <Examples />
      <h3>{isSimulated.value ? t.neededForReal : t.needed}</h3>
      <div class="ways">
        <Ways />
      </div>
      {isDirect.value && <p class="refused-today">{t.refused}</p>}
    </div>
  );
}

const goToForm = (): void => {
  filled.value += 1;
};

/** The way that works for most readers comes first. */
function Ways() {
  const t = messages(firstMessages);
  const isChinese = language.value === "zh";
  const look = (isFirst: boolean) => (isFirst && isReal.value ? "main" : "plain");
  const ways = [
    <section key="key">
      <p>{t.key}</p>
      <Button look={look(!isChinese)} icon="key" aria-haspopup="dialog" onClick={() => openSessions("keys")}>
        {t.getKey}
      </Button>
    </section>,
    <section key="session">
      <p>{t.session}</p>
      <Button look={look(isChinese)} icon="plus" aria-haspopup="dialog" onClick={() => openSessions("list")}>
        {t.getSession}
      </Button>
    </section>,
  ];
  return <>{isChinese ? ways.reverse() : ways}</>;
}
