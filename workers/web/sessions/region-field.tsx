/** The region of sessions without a prefix, with a word about what works there today. */
import { Segments } from "#web/components/segments.tsx";
import { language, messages } from "#web/messages/index.ts";
import { sessionMessages } from "#web/messages/sessions.ts";
import { defaultRegion } from "./default-region.ts";
import { RefusedToday } from "./refused-today.tsx";
import { regionOrder } from "./region-order.ts";

export function RegionField() {
  const t = messages(sessionMessages);
  return (
    <>
      <Segments
        label={t.region}
        options={regionOrder(language.value).map((value) => ({ value, text: t.regions[value] }))}
        value={defaultRegion.value}
        onChange={(value) => {
          defaultRegion.value = value;
        }}
      />
      <p class="note region-note">{t.regionNote[defaultRegion.value]}</p>
      <RefusedToday region={defaultRegion.value} />
    </>
  );
}
