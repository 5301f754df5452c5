/** Reference images: dropped, pasted, chosen or linked; seen, put in order and taken out again. */
import { useSignal } from "@preact/signals";
import { useId, useRef } from "preact/hooks";
import { referenceTypes } from "#shared/images/image-type.ts";
import { Button } from "#web/components/button.tsx";
import { Icon } from "#web/components/icon.tsx";
import { composeMessages } from "#web/messages/compose.ts";
import { messages } from "#web/messages/index.ts";
import { changeDraft, draft, type ReferenceImage } from "#web/state/draft.ts";
import { fitting } from "#web/state/fitting.ts";
import { takeAddress, takeFiles } from "./incoming.ts";
import { Thumbnail } from "./thumbnail.tsx";

export function ReferenceImages({ problem }: { problem: string | null }) {
  const t = messages(composeMessages);
  const { images } = draft.value;
  const { maxImages } = fitting.value.offers;
  const files = useRef<HTMLInputElement>(null);
  const dragged = useSignal<string | null>(null);
  const choose = useRef<HTMLButtonElement>(null);
  /** For screen readers: the others see it. */
  const news = useSignal("");

  const change = (next: ReferenceImage[]) => changeDraft({ images: next });
  const move = (image: ReferenceImage, index: number) => {
    change(moved(images, image, index));
    news.value = t.moved(image.name, index + 1);
  };
  const remove = (image: ReferenceImage) => {
    change(images.filter(({ id }) => id !== image.id));
    choose.current?.focus();
  };
  return (
    <fieldset class="field references">
      <legend class="label legend">
        {t.images}
        <span class="value">{t.imagesCount(images.length, maxImages)}</span>
      </legend>
      {images.length > 0 && (
        <ol class="thumbnails">
          {images.map((image, index) => (
            <Thumbnail
              key={image.id}
              image={image}
              index={index}
              isLast={index === images.length - 1}
              isLeftOut={index >= maxImages}
              isDragged={dragged.value === image.id}
              onRemove={() => remove(image)}
              onMove={(to) => move(image, to)}
              onDrag={(isStarting) => {
                dragged.value = isStarting ? image.id : null;
              }}
              onDragOver={() => {
                const held = images.find(({ id }) => id === dragged.value);
                if (held !== undefined && held.id !== image.id) change(moved(images, held, index));
              }}
            />
          ))}
        </ol>
      )}
      <button
        ref={choose}
        type="button"
        class={`reference-choose ${images.length > 0 ? "small" : ""}`}
        aria-describedby="reference-problem"
        onClick={() => files.current?.click()}
      >
        <Icon name="upload" size={22} />
        {images.length > 0 ? (
          <span>{t.addMore}</span>
        ) : (
          <span>
            {t.dropHere} <u>{t.choose}</u>
          </span>
        )}
      </button>
      <input
        ref={files}
        type="file"
        class="unseen"
        tabIndex={-1}
        aria-hidden="true"
        accept={referenceTypes.join(",")}
        multiple
        onChange={(event) => {
          takeFiles(event.currentTarget.files ?? []);
          event.currentTarget.value = "";
        }}
      />
      <AddressField />
      <p class="problem" id="reference-problem" role="alert">
        {problem}
      </p>
      <p class="unseen" role="status">
        {news.value}
      </p>
      {images.length > maxImages && <p class="note">{t.overLimit(maxImages)}</p>}
    </fieldset>
  );
}

/** Enter here adds the address and does not send the form. */
function AddressField() {
  const t = messages(composeMessages);
  const id = useId();
  const text = useSignal("");
  const isBad = useSignal(false);
  const add = () => {
    if (text.value.trim() === "") return;
    isBad.value = !takeAddress(text.value);
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

/** @param place where it stands afterwards. */
function moved(images: readonly ReferenceImage[], image: ReferenceImage, index: number): ReferenceImage[] {
  return images.filter(({ id }) => id !== image.id).toSpliced(index, 0, image);
}
