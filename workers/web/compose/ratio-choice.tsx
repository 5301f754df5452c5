/** The ratios as drawings, each with its pixels at the chosen resolution. */

import { useId } from "preact/hooks";
import { composeMessages } from "#web/messages/compose.ts";
import { messages } from "#web/messages/index.ts";
import { aspectOf } from "#web/state/aspect.ts";
import { changeDraft } from "#web/state/draft.ts";
import { fitting } from "#web/state/fitting.ts";

export function RatioChoice() {
  const t = messages(composeMessages);
  const id = useId();
  const { offers, draft } = fitting.value;
  return (
    <fieldset class="field" aria-labelledby={id}>
      <span class="label" id={id}>
        {t.ratio}
      </span>
      <div class="ratios">
        {offers.ratios.map(({ ratio, pixels }) => (
          <label key={ratio}>
            <input
              type="radio"
              name="ratio"
              checked={ratio === draft.ratio}
              onChange={() => changeDraft({ ratio })}
              aria-label={pixels === null ? ratio : `${ratio}, ${t.pixels(pixels.width, pixels.height)}`}
            />
            <span class="ratio-option">
              <RatioDrawing ratio={ratio} />
              <span class="ratio-name">{ratio}</span>
              <span class="ratio-pixels">{pixels === null ? "\u00a0" : `${pixels.width}×${pixels.height}`}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

const box = 30;

/** All with about the same area. */
function RatioDrawing({ ratio }: { ratio: string }) {
  const aspect = aspectOf(ratio);
  const side = 19;
  const width = Math.min(box - 2, side * Math.sqrt(aspect));
  const height = Math.min(box - 2, width / aspect);
  return (
    <svg width={box} height={box} viewBox={`0 0 ${box} ${box}`} aria-hidden="true">
      <rect x={(box - width) / 2} y={(box - height) / 2} width={width} height={height} rx="2.5" />
    </svg>
  );
}
