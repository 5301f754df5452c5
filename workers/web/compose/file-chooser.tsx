/** The button that opens the file dialog for reference images. */
import type { RefObject } from "preact";
import { useRef } from "preact/hooks";
import { Icon } from "#web/components/icon.tsx";
import { composeMessages } from "#web/messages/compose.ts";
import { messages } from "#web/messages/index.ts";
import { isTouched } from "#web/state/touch.ts";
import { addFiles } from "./incoming.ts";

/** Endings too, because not every system knows the type of each. */
const acceptedFiles = "image/*,.heic,.heif,.avif,.jxl,.jfif,.tif,.tiff,.svg,.ico";

type FileChooserProps = { button: RefObject<HTMLButtonElement | null>; isFirst: boolean };

export function FileChooser({ button, isFirst }: FileChooserProps) {
  const t = messages(composeMessages);
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button
        ref={button}
        type="button"
        class={`reference-choose ${isFirst ? "" : "small"}`}
        aria-describedby="reference-problem"
        onClick={() => input.current?.click()}
      >
        <Icon name="upload" size={22} />
        <span>{isFirst ? <Invitation /> : t.addMore}</span>
      </button>
      <input
        ref={input}
        type="file"
        class="unseen"
        tabIndex={-1}
        aria-hidden="true"
        accept={acceptedFiles}
        multiple
        onChange={(event) => {
          addFiles(event.currentTarget.files ?? []);
          event.currentTarget.value = "";
        }}
      />
    </>
  );
}

/** Nothing is dropped or pasted by touch. */
function Invitation() {
  const t = messages(composeMessages);
  if (isTouched.value) return <u>{t.chooseByTouch}</u>;
  return (
    <>
      {t.dropHere} <u>{t.choose}</u>
    </>
  );
}
