/** One reference image in the form. Links to other sites are not loaded: the page requests only from its own server. */
import { useEffect, useState } from "preact/hooks";
import { IconButton } from "#web/components/button.tsx";
import { Icon } from "#web/components/icon.tsx";
import { composeMessages } from "#web/messages/compose.ts";
import { messages } from "#web/messages/index.ts";
import type { ReferenceImage } from "#web/state/draft.ts";
import { dragTypes } from "./drag-types.ts";

type ThumbnailProps = {
  image: ReferenceImage;
  index: number;
  isLast: boolean;
  isLeftOut: boolean;
  isDragged: boolean;
  onRemove: () => void;
  onMove: (index: number) => void;
  onDrag: (isStarting: boolean) => void;
  onDragOver: () => void;
};

export function Thumbnail(props: ThumbnailProps) {
  const { image, index, isLast, isLeftOut, isDragged, onRemove, onMove, onDrag, onDragOver } = props;
  const t = messages(composeMessages);
  const source = useSource(image);
  return (
    <li
      class={`thumbnail ${isDragged ? "dragged" : ""} ${isLeftOut ? "left-out" : ""}`}
      draggable
      onDragStart={(event) => {
        event.dataTransfer?.setData(dragTypes.thumbnail, image.id);
        onDrag(true);
      }}
      onDragEnd={() => onDrag(false)}
      onDragOver={(event) => {
        if (!event.dataTransfer?.types.includes(dragTypes.thumbnail)) return;
        event.preventDefault();
        onDragOver();
      }}
    >
      {source === null ? (
        <span class="linked" role="img" aria-label={t.image(index + 1, image.name)}>
          <Icon name="link" size={20} />
          <span>{image.kind === "link" ? new URL(image.url).hostname : image.name}</span>
        </span>
      ) : (
        <img src={source} alt={t.image(index + 1, image.name)} width={96} height={96} draggable={false} />
      )}
      <span class="index" aria-hidden="true">
        {index + 1}
      </span>
      <IconButton icon="close" size={15} class="take-out" label={t.remove(image.name)} onClick={onRemove} />
      <span class="order">
        <IconButton
          icon="left"
          size={15}
          label={t.earlier(image.name)}
          disabled={index === 0}
          onClick={() => onMove(index - 1)}
        />
        <IconButton
          icon="right"
          size={15}
          label={t.later(image.name)}
          disabled={isLast}
          onClick={() => onMove(index + 1)}
        />
      </span>
    </li>
  );
}

function useSource(image: ReferenceImage): string | null {
  const [source, setSource] = useState<string | null>(null);
  const blob = image.kind === "file" ? image.blob : null;
  useEffect(() => {
    if (blob === null) return;
    const url = URL.createObjectURL(blob);
    setSource(url);
    return () => URL.revokeObjectURL(url);
  }, [blob]);
  if (image.kind === "file") return source;
  return new URL(image.url).origin === location.origin ? image.url : null;
}
