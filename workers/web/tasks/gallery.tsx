/** Everything that was made before, day by day, as rows of pictures that fill the width; or what failed, in words. */
import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { Button } from "#web/components/button.tsx";
import { say } from "#web/components/toast.tsx";
import { number, words } from "#web/messages/index.ts";
import { taskMessages } from "#web/messages/tasks.ts";
import { type Picture, picturesOf } from "#web/state/pictures.ts";
import { reading, readList } from "#web/state/reading.ts";
import { byDay, type Work } from "#web/state/task.ts";
import { completed, failed } from "#web/state/tasks.ts";
import { FailedRow, titleOf } from "./card.tsx";
import { dayOf } from "./moments.ts";
import { Tile } from "./tile.tsx";
import { galleryLength, inGallery } from "./viewing.ts";

type Shelf = "pictures" | "failures";

export function Gallery() {
  const w = words(taskMessages);
  const id = useId();
  const chosen = useSignal<Shelf>("pictures");
  const hasFailures = failed.value.length > 0;
  const shelf: Shelf = hasFailures ? chosen.value : "pictures";
  const shownWorks = shelf === "pictures" ? inGallery.value : failed.value.slice(0, galleryLength.value);
  if (completed.value.length + failed.value.length === 0 && !reading.value.hasMore) return null;
  return (
    <section class="gallery" aria-labelledby={id}>
      <div class="gallery-head">
        <h2 id={id}>{w.gallery}</h2>
        {hasFailures && <Shelves chosen={shelf} onChoose={(next) => (chosen.value = next)} />}
      </div>
      {shownWorks.length === 0 && <p class="gallery-empty">{shelf === "pictures" ? w.emptyGallery : w.noFailures}</p>}
      {byDay(shownWorks).map(({ day, works }) => (
        <section key={day.toDateString()} class="day">
          <h3>{dayOf(day)}</h3>
          {shelf === "pictures" ? (
            <Wall works={works} />
          ) : (
            works.map((work) => <FailedRow key={work.key} work={work} />)
          )}
        </section>
      ))}
      <Older has={(shelf === "pictures" ? completed : failed).value.length} />
    </section>
  );
}

function Shelves({ chosen, onChoose }: { chosen: Shelf; onChoose: (shelf: Shelf) => void }) {
  const w = words(taskMessages);
  const labels = { pictures: w.pictures, failures: `${w.failures} ${number(failed.value.length)}` };
  const name = useId();
  return (
    <fieldset class="segments shelves" aria-label={w.filterLabel}>
      {(["pictures", "failures"] as const).map((shelf) => (
        <label key={shelf}>
          <input type="radio" name={name} checked={chosen === shelf} onChange={() => onChoose(shelf)} />
          <span>{labels[shelf]}</span>
        </label>
      ))}
    </fieldset>
  );
}

function Wall({ works }: { works: readonly Work[] }) {
  return (
    <ul class="wall">
      {works.flatMap((work) =>
        picturesOf(work).map((picture) => <WallPicture key={picture.id} {...{ work, picture }} />),
      )}
    </ul>
  );
}

function WallPicture({ work, picture }: { work: Work; picture: Picture }) {
  const w = words(taskMessages);
  const title = titleOf(work);
  const all = work.view?.data?.length ?? 1;
  return (
    <li style={{ "--ratio": String(picture.width / picture.height) }}>
      <Tile picture={picture} label={w.open(picture.index + 1, all, title)} caption={title} />
    </li>
  );
}

/** So many works more at a time. */
const stride = 24;

/** @param has how many works of this kind the page knows. */
function Older({ has }: { has: number }) {
  const w = words(taskMessages);
  const { isBusy, hasMore, lastId } = reading.value;
  const isMoreKnown = has > galleryLength.value;
  if (!isMoreKnown && !hasMore) return null;
  const showMore = async () => {
    // The list is read ahead of what is shown, so that nothing new appears above the end of the gallery.
    try {
      if (hasMore && has < galleryLength.value + stride) await readList(lastId);
    } catch {
      if (!isMoreKnown) return say(w.notRead);
    }
    galleryLength.value += stride;
  };
  return (
    <div class="older">
      <Button isBusy={isBusy} disabled={isBusy} onClick={() => void showMore()}>
        {isBusy ? w.reading : w.older}
      </Button>
    </div>
  );
}
