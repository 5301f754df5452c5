/** The browser's own select element, which phones show in their own way. */
import { Icon } from "./icon.tsx";

type SelectProps = {
  id: string;
  options: readonly { value: string; text: string }[];
  value: string;
  onChange: (value: string) => void;
  label?: string;
  class?: string;
};

export function Select({ id, options, value, onChange, label, class: more = "" }: SelectProps) {
  return (
    <span class={`select ${more}`}>
      <select
        id={id}
        class="input"
        aria-label={label}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value} selected={option.value === value}>
            {option.text}
          </option>
        ))}
      </select>
      <Icon name="chevron" size={18} />
    </span>
  );
}
