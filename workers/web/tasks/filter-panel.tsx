/** The filter of the gallery: model, shape, time, favourites. */
import { useId } from "preact/hooks";
import { Button } from "#web/components/button.tsx";
import { Select } from "#web/components/select.tsx";
import { messages } from "#web/messages/index.ts";
import { keepMessages } from "#web/messages/keep.ts";
import { type Filter, shapes, times } from "#web/state/filter.ts";
import { modelName } from "#web/state/models.ts";
import { filter, usedModels } from "./finding.ts";

export function FilterPanel() {
  const t = messages(keepMessages);
  const id = useId();
  const { model, shape, time, isFavourite } = filter.value;
  const change = (next: Partial<Filter>) => {
    filter.value = { ...filter.peek(), ...next };
  };
  const models = [...new Set([...usedModels.value, ...(model === null ? [] : [model])])];
  return (
    <>
      <Select
        id={`${id}-model`}
        label={t.model}
        value={model ?? ""}
        options={[{ value: "", text: t.anyModel }, ...models.map((one) => ({ value: one, text: modelName(one) }))]}
        onChange={(value) => change({ model: value || null })}
      />
      <Select
        id={`${id}-shape`}
        label={t.shape}
        value={shape ?? ""}
        options={[{ value: "", text: t.anyShape }, ...shapes.map((value) => ({ value, text: t.shapes[value] }))]}
        onChange={(value) => change({ shape: shapes.find((one) => one === value) ?? null })}
      />
      <Select
        id={`${id}-time`}
        label={t.time}
        value={time ?? ""}
        options={[{ value: "", text: t.anyTime }, ...times.map((value) => ({ value, text: t.times[value] }))]}
        onChange={(value) => change({ time: times.find((one) => one === value) ?? null })}
      />
      <Button
        icon="heart"
        class={isFavourite ? "pressed" : ""}
        aria-pressed={isFavourite}
        onClick={() => change({ isFavourite: !isFavourite })}
      >
        {t.favouritesOnly}
      </Button>
      {isFavourite && <p class="filter-hint">{t.favouritesHint}</p>}
    </>
  );
}
