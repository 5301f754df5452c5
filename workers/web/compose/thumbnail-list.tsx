/** The reference images in their order, which buttons and dragging change. */
import { useSignal } from "@preact/signals";
import type { ReferenceImage } from "#web/state/draft.ts";
import { Thumbnail } from "./thumbnail.tsx";

type ThumbnailListProps = {
  images: readonly ReferenceImage[];
  /** Images from this index on are not sent. */
  maxImages: number;
  onMove: (image: ReferenceImage, index: number) => void;
  onDrag: (image: ReferenceImage, index: number) => void;
  onRemove: (image: ReferenceImage) => void;
};

export function ThumbnailList({ images, maxImages, onMove, onDrag, onRemove }: ThumbnailListProps) {
  const draggedId = useSignal<string | null>(null);
  return (
    <ol class="thumbnails">
      {images.map((image, index) => (
        <Thumbnail
          key={image.id}
          image={image}
          index={index}
          isLast={index === images.length - 1}
          isLeftOut={index >= maxImages}
          isDragged={draggedId.value === image.id}
          onRemove={() => onRemove(image)}
          onMove={(to) => onMove(image, to)}
          onDrag={(isStarting) => {
            draggedId.value = isStarting ? image.id : null;
          }}
          onDragOver={() => {
            const dragged = images.find(({ id }) => id === draggedId.value);
            if (dragged !== undefined && dragged.id !== image.id) onDrag(dragged, index);
          }}
        />
      ))}
    </ol>
  );
}
