import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { Button } from "#web/components/button.tsx";
import { composeMessages } from "#web/messages/compose.ts";
import { messages } from "#web/messages/index.ts";
import { addAddress } from "./incoming.ts";

/** Adds a reference image by its URL. Enter adds it and does not send the form. */
export function AddressField() {
  const t = messages(composeMessages);
  const id = useId();
  const text = useSignal("");
  const isBad = useSignal(false);
  const add = () => {
    if (text.value.trim() === "") return;
    isBad.value = !addAddress(text.value);
    if (!isBad.value) text.value = "";
  };
  return (
    <div class="field">
      <div class="with-buttons">
        <input
          class="input"
          type="url"
          inputMode="url"
          autocomplete="off"
          aria-label={t.address}
          placeholder={`${t.address}  ${t.addressHint}`}
          value={text.value}
          aria-invalid={isBad.value || undefined}
          aria-describedby={id}
          onInput={(event) => {
            text.value = event.currentTarget.value;
            isBad.value = false;
          }}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
            event.preventDefault();
            add();
          }}
        />
        <Button onClick={add} disabled={text.value.trim() === ""}>
          {t.addAddress}
        </Button>
      </div>
      <p class="problem" id={id} role="alert">
        {isBad.value && t.badAddress}
      </p>
    </div>
  );
}
