/** One picture of a work, or the place where it will be. It has its shape from the start, so that nothing moves. */
import { useState } from "preact/hooks";
import { Icon } from "../parts/icon.tsx";
import type { Picture } from "../state/pictures.ts";
import { words } from "../words/index.ts";
import { worksWords } from "../words/works.ts";
import { openPicture } from "./viewing.ts";

/** @param label says what it shows, for those who do not see it. */
export function Tile({ picture, label, caption }: { picture: Picture; label: string; caption?: string }) {
  const [state, setState] = useState<"coming" | "there" | "gone">("coming");
  if (state === "gone") return <GoneTile />;
  return (
    <button type="button" class={`tile ${state}`} aria-label={label} onClick={() => openPicture(picture.id)}>
      <img
        ref={(image) => {
          // From the browser's memory it may be there before anybody listens.
          if (image?.complete && image.naturalWidth > 0 && state === "coming") setState("there");
        }}
        src={picture.url}
        alt=""
        width={picture.width}
        height={picture.height}
        loading="lazy"
        decoding="async"
        draggable={false}
        onLoad={() => setState("there")}
        onError={() => setState("gone")}
      />
      {caption !== undefined && <span class="tile-caption">{caption}</span>}
    </button>
  );
}

function GoneTile() {
  return (
    <div class="tile gone">
      <Icon name="picture" size={22} />
      <span>{words(worksWords).gone}</span>
    </div>
  );
}

/** @param place from 0: neighbours shimmer one after the other. */
export function WaitingTile({ place, isStill }: { place: number; isStill: boolean }) {
  return (
    <div class={`tile waiting ${isStill ? "still" : ""}`} style={{ "--place": String(place) }} aria-hidden="true" />
  );
}
