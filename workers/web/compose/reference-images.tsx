/** Reference images: dropped, pasted, chosen or linked; put in order and removed. */
import { useSignal, useSignalEffect } from "@preact/signals";
import { useId, useRef } from "preact/hooks";
import { reveal } from "#web/components/scroll.ts";
import { composeMessages } from "#web/messages/compose.ts";
import { messages } from "#web/messages/index.ts";
import { changeDraft, draft, imagesAdded, type ReferenceImage } from "#web/state/draft.ts";
import { fitting } from "#web/state/fitting.ts";
import { AddressField } from "./address-field.tsx";
import { FileChooser } from "./file-chooser.tsx";
import { ThumbnailList } from "./thumbnail-list.tsx";

export function ReferenceImages({ problem }: { problem: string | null }) {
  const t = messages(composeMessages);
  const id = useId();
  const { images } = draft.value;
  const { maxImages } = fitting.value.offers;
  const frame = useRef<HTMLFieldSetElement>(null);
  const chooser = useRef<HTMLButtonElement>(null);
  /** For screen readers. */
  const announcement = useSignal("");

  useSignalEffect(() => {
    // Once they are rendered.
    if (imagesAdded.value > 0) setTimeout(() => frame.current && reveal(frame.current), 0);
  });

  const place = (image: ReferenceImage, index: number) => changeDraft({ images: moved(images, image, index) });
  const move = (image: ReferenceImage, index: number) => {
    place(image, index);
    announcement.value = t.moved(image.name, index + 1);
  };
  const remove = (image: ReferenceImage) => {
    changeDraft({ images: images.filter(({ id }) => id !== image.id) });
    chooser.current?.focus();
  };
  return (
    <fieldset class="field references" ref={frame} aria-labelledby={id}>
      <span class="label" id={id}>
        {t.images} <span class="value">{t.imagesCount(images.length, maxImages)}</span>
      </span>
      {images.length > 0 && (
        <ThumbnailList images={images} maxImages={maxImages} onMove={move} onDrag={place} onRemove={remove} />
      )}
      <FileChooser button={chooser} isFirst={images.length === 0} />
      <AddressField />
      <p class="problem" id="reference-problem" role="alert">
        {problem}
      </p>
      <p class="unseen" role="status">
        {announcement.value}
      </p>
      {images.length > maxImages && <p class="note">{t.overLimit(maxImages)}</p>}
    </fieldset>
  );
}

/** @param index position of the image afterwards. */
function moved(images: readonly ReferenceImage[], image: ReferenceImage, index: number): ReferenceImage[] {
  return images.filter(({ id }) => id !== image.id).toSpliced(index, 0, image);
}
