/** The place of an image to come. @param index from 0: the tiles shimmer one after the other. */
export function WaitingTile({ index, isStill }: { index: number; isStill: boolean }) {
  return (
    <div class={`tile waiting ${isStill ? "still" : ""}`} style={{ "--index": String(index) }} aria-hidden="true" />
  );
}
