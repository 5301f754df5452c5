/** One image of a task. It has its size before it is loaded, so that nothing moves. */
import type { ReadonlySignal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { ApiError } from "#web/api/api-error.ts";
import { Icon } from "#web/components/icon.tsx";
import { messages } from "#web/messages/index.ts";
import { taskMessages } from "#web/messages/tasks.ts";
import { request } from "#web/state/client.ts";
import { noteNoAnswer, reconnects } from "#web/state/connection.ts";
import { favourites } from "#web/state/favourites.ts";
import type { TaskImage } from "#web/state/images.ts";
import { dragOf } from "./drag.ts";
import { selected, toggleSelected } from "./selection.ts";
import { openImage } from "./viewing.ts";

type TileProps = {
  image: TaskImage;
  /** For screen readers. */
  label: string;
  caption?: string;
  /** Shows the small version of the image. */
  isSmall?: boolean;
  /** Shows the image only while this is true. */
  near?: ReadonlySignal<boolean>;
};

export function Tile(shown: TileProps) {
  const { image, label } = shown;
  const [state, setState] = useState<"coming" | "there" | "failed" | "gone">("coming");
  const tryAgain = () => setState((before) => (before === "failed" ? "coming" : before));
  useEffect(tryAgain, [reconnects.value, image.url]);
  const fail = async () => {
    setState("failed");
    if (await isGone(image.url)) setState("gone");
  };
  if (state === "gone") return <GoneTile />;
  if (state === "failed") return <FailedTile label={label} onClick={tryAgain} />;
  return <ShownTile {...shown} state={state} onLoad={() => setState("there")} onError={() => void fail()} />;
}

type Loading = { state: "coming" | "there"; onLoad: () => void; onError: () => void };

function ShownTile({ image, label, caption, isSmall = false, near, state, onLoad, onError }: TileProps & Loading) {
  const isNear = near?.value ?? true;
  const isSelected = selected.value?.has(image.id);
  return (
    <button
      type="button"
      class={`tile ${state} ${isSelected ? "selected" : ""} ${isNear ? "" : "far"}`}
      aria-label={label}
      aria-pressed={isSelected}
      {...dragOf(image.url)}
      onClick={() => (selected.peek() === null ? openImage(image.id) : toggleSelected(image.id))}
    >
      {isNear && (
        <img
          ref={(image) => {
            // A cached image may be loaded before `onLoad` is attached.
            if (image?.complete && image.naturalWidth > 0 && state === "coming") onLoad();
          }}
          src={isSmall ? image.smallUrl : image.url}
          alt=""
          width={image.width}
          height={image.height}
          loading="lazy"
          decoding="async"
          draggable={false}
          onLoad={onLoad}
          onError={onError}
        />
      )}
      {isNear && caption !== undefined && <span class="tile-caption">{caption}</span>}
      {isNear && <TileMarks isSelected={isSelected} name={image.name} />}
    </button>
  );
}

/** Whether the image is selected, while that can be done, and whether it is a favourite. */
function TileMarks({ isSelected, name }: { isSelected: boolean | undefined; name: string }) {
  return (
    <>
      {isSelected !== undefined && <span class="tile-check">{isSelected && <Icon name="check" size={16} />}</span>}
      {favourites.value.has(name) && (
        <span class="tile-heart">
          <Icon name="heart" size={16} />
        </span>
      )}
    </>
  );
}

/** Asks the server whether an image that failed to load no longer exists. */
async function isGone(url: string): Promise<boolean> {
  if (new URL(url, location.href).origin !== location.origin) return false;
  try {
    await request(url, { method: "HEAD", authorization: null });
    return false;
  } catch (error) {
    if (!(error instanceof ApiError)) return false;
    if (error.code === "offline") noteNoAnswer();
    return error.status === 404;
  }
}

function FailedTile({ label, onClick }: { label: string; onClick: () => void }) {
  const t = messages(taskMessages);
  return (
    <button
      type="button"
      class="tile gone"
      aria-label={`${label} ${t.loadAgain}`}
      title={t.loadAgain}
      onClick={onClick}
    >
      <Icon name="again" size={22} />
      <span>{t.notLoaded}</span>
    </button>
  );
}

function GoneTile() {
  return (
    <div class="tile gone">
      <Icon name="image" size={22} />
      <span>{messages(taskMessages).gone}</span>
    </div>
  );
}
