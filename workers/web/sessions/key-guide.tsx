/** The steps to a key of a cloud. */
import { messages } from "#web/messages/index.ts";
import { keyMessages } from "#web/messages/keys.ts";
import { consoles } from "./consoles.ts";

export function KeyGuide() {
  const t = messages(keyMessages);
  return (
    <div class="guide">
      <p>{t.whatFor}</p>
      <ol>
        {t.steps.map((step, index) => (
          <li key={step}>
            <span>{step}</span>
            {index === 0 && (
              <span class="sites">
                {[...new Set(Object.values(consoles))].map((address) => (
                  <a key={address} href={address} target="_blank" rel="noreferrer noopener">
                    {address.replace("https://", "")}
                  </a>
                ))}
              </span>
            )}
          </li>
        ))}
      </ol>
      <p class="note">{t.stepsNote}</p>
    </div>
  );
}
