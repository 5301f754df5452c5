/** One of a few values side by side: native radio buttons, so that arrow keys and screen readers know them. */
import { useId } from "preact/hooks";
import { Icon, type IconName } from "./icon.tsx";

type SegmentsProps<T extends string | number> = {
  label: string;
  /** The label stands above, beside, or is only read out. */
  labelled?: "above" | "beside" | "unseen";
  options: readonly { value: T; text: string; icon?: IconName }[];
  value: T;
  onChange: (value: T) => void;
};

export function Segments<T extends string | number>(props: SegmentsProps<T>) {
  const { label, labelled = "above", options, value, onChange } = props;
  const name = useId();
  return (
    <fieldset class={`field label-${labelled}`}>
      <legend class={labelled === "unseen" ? "unseen" : "label legend"}>{label}</legend>
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
