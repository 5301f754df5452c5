/** For somebody who is here for the first time. */
import { Button } from "../parts/button.tsx";
import { houseWords } from "../words/house.ts";
import { words } from "../words/index.ts";

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
