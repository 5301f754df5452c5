/** A choice of a few values side by side: native radio buttons, for arrow keys and screen readers. */
import { useId } from "preact/hooks";
import { Icon, type IconName } from "./icon.tsx";

type SegmentsProps<T extends string | number> = {
  label: string;
  /** Position of the label; `unseen` is for screen readers only. */
  labelled?: "above" | "beside" | "unseen";
  options: readonly { value: T; text: string; icon?: IconName }[];
  value: T;
  onChange: (value: T) => void;
};

export function Segments<T extends string | number>(props: SegmentsProps<T>) {
  const { label, labelled = "above", options, value, onChange } = props;
  const name = useId();
  const id = useId();
  return (
    // Without a legend, which browsers place in ways of their own.
    <fieldset class={`field label-${labelled}`} aria-labelledby={id}>
      <span class={labelled === "unseen" ? "unseen" : "label"} id={id}>
        {label}
      </span>
      <div class="segments">
        {options.map((option) => (
          <label key={option.value}>
            <input type="radio" name={name} checked={option.value === value} onChange={() => onChange(option.value)} />
            <span class="segment">
              {option.icon && <Icon name={option.icon} size={17} />}
              {option.text}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
