/** The region of sessions without a prefix; the main page has the same choice. */
import { Segments } from "#web/components/segments.tsx";
import { language, messages } from "#web/messages/index.ts";
import { sessionMessages } from "#web/messages/sessions.ts";
import { defaultRegion } from "#web/sessions/default-region.ts";
import { regionOrder } from "#web/sessions/region-order.ts";

export function RegionChoice() {
  const t = messages(sessionMessages);
  return (
    <div class="field">
      <Segments
        label={t.region}
        options={regionOrder(language.value).map((value) => ({ value, text: t.regions[value] }))}
        value={defaultRegion.value}
        onChange={(value) => {
          defaultRegion.value = value;
        }}
      />
      <p class="note">{t.regionNote[defaultRegion.value]}</p>
    </div>
  );
}
