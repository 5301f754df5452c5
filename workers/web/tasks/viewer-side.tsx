/** The details of an image beside the large view, and the actions that are used most. */
import { Button } from "#web/components/button.tsx";
import { actionsOf } from "./actions.ts";
import { Details } from "./details.tsx";
import type { Shown } from "./viewing.ts";

export function ViewerSide({ task, image }: Shown) {
  const { download, useAsReference, again, vary } = actionsOf(task, image);
  const items = [download, useAsReference, again, vary].filter((item) => item !== undefined);
  return (
    <div class="viewer-side">
      <Details task={task} image={image} />
      <div class="viewer-actions">
        {items.map((item, index) => (
          <Button key={item.label} look={index === 0 ? "main" : "plain"} icon={item.icon} onClick={item.run}>
            {item.label}
          </Button>
        ))}
      </div>
    </div>
  );
}
