/** For somebody who is here for the first time. */
import { Button } from "#api/ui/src/parts/button.tsx";
import { houseWords } from "#api/ui/src/words/house.ts";
import { words } from "#api/ui/src/words/index.ts";

export function Welcome({ onStart }: { onStart: () => void }) {
  const t = words(houseWords);
  return (
    <div class="welcome">
      <h2>{t.welcome}</h2>
      <p>{t.welcomeMore}</p>
      <Button look="main" icon="key" onClick={onStart}>
        {t.welcomeButton}
      </Button>
    </div>
  );
}
