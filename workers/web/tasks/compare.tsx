/** The two selected images on top of each other. A slider, anywhere on them, sets how much of each is seen. */
import { signal, useSignal } from "@preact/signals";
import { Dialog } from "#web/components/dialog.tsx";
import { messages } from "#web/messages/index.ts";
import { keepMessages } from "#web/messages/keep.ts";
import { selectedImages } from "./selection.ts";
import { titleOf } from "./title.ts";
import type { Shown } from "./viewing.ts";

const compared = signal<readonly Shown[]>([]);

export function openCompare(): void {
  compared.value = selectedImages.peek();
}

export function Compare() {
  const t = messages(keepMessages);
  const [left, right] = compared.value;
  if (left === undefined || right === undefined) return null;
  const close = () => {
    compared.value = [];
  };
  return (
    <Dialog title={t.compare} class="compare" onClose={close}>
      <Stage left={left} right={right} />
    </Dialog>
  );
}

function Stage({ left, right }: { left: Shown; right: Shown }) {
  const t = messages(keepMessages);
  /** Percent of the width that shows the left image. */
  const part = useSignal(50);
  const { width, height } = left.image;
  return (
    <>
      <div class="compare-stage" style={{ "--ratio": String(width / height), "--part": `${part.value}%` }}>
        <img src={left.image.url} alt={nameOf(left)} />
        <img src={right.image.url} alt={nameOf(right)} />
        <input
          type="range"
          min={0}
          max={100}
          value={part.value}
          aria-label={t.compareSlider}
          onInput={(event) => {
            part.value = event.currentTarget.valueAsNumber;
          }}
        />
        <span class="compare-line" aria-hidden="true" />
      </div>
      <div class="compare-names" aria-hidden="true">
        <span class="compare-name">{nameOf(left)}</span>
        <span class="compare-name">{nameOf(right)}</span>
      </div>
    </>
  );
}

const nameOf = ({ task, image }: Shown): string => `${image.index + 1} · ${titleOf(task)}`;
