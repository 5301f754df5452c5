/** A labelled input with a note below it. */
import { useId } from "preact/hooks";

type TextFieldProps = {
  label: string;
  note?: string;
  type?: "text" | "date";
  inputMode?: "text" | "numeric";
  value: string;
  maxLength?: number;
  placeholder?: string;
  onText: (text: string) => void;
};

export function TextField({
  label,
  note,
  type = "text",
  inputMode,
  value,
  maxLength,
  placeholder,
  onText,
}: TextFieldProps) {
  const id = useId();
  return (
    <div class="field">
      <label class="label" for={id}>
        {label}
      </label>
      <input
        id={id}
        class="input"
        {...(type === "date" ? { type } : { type, inputMode })}
        value={value}
        maxLength={maxLength}
        placeholder={placeholder}
        autocomplete="off"
        spellcheck={false}
        aria-describedby={note === undefined ? undefined : `${id}-note`}
        onInput={(event) => onText(event.currentTarget.value)}
      />
      {note !== undefined && (
        <p class="note" id={`${id}-note`}>
          {note}
        </p>
      )}
    </div>
  );
}
