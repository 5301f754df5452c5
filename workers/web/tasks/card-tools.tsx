/** The buttons and the menu of a card. */
import type { ComponentChildren } from "preact";
import { Button, IconButton } from "#web/components/button.tsx";
import { Menu } from "#web/components/menu.tsx";
import { messages } from "#web/messages/index.ts";
import { taskMessages } from "#web/messages/tasks.ts";
import { isRunning, phaseOf, type Task } from "#web/state/task.ts";
import { actionsOf } from "./actions.ts";
import { cancelWithNotice } from "./cancel.ts";

export function CardTools({ task }: { task: Task }) {
  const t = messages(taskMessages);
  const { again, vary, downloadAll, download, ...others } = actionsOf(task, null);
  if (isRunning(task)) return <RunningTools task={task} />;
  const isDone = phaseOf(task) === "completed";
  const inSight = isDone ? [again, vary, downloadAll ?? download] : [];
  const behind = [
    others.useAsReference,
    others.edit,
    others.copyPrompt,
    others.copyLink,
    others.copyCurl,
    others.hide,
    others.deleteTask,
  ];
  return (
    <ToolRow>
      {inSight.map(
        (item) =>
          item && (
            <IconButton
              key={item.label}
              class={`tool ${item.icon}`}
              icon={item.icon}
              label={item.label}
              onClick={item.run}
            />
          ),
      )}
      <Menu label={t.actions} items={[...inSight, ...behind].filter((item) => item !== undefined)} />
    </ToolRow>
  );
}

function RunningTools({ task }: { task: Task }) {
  const t = messages(taskMessages);
  const { copyPrompt, copyCurl, edit, hide } = actionsOf(task, null);
  const isForeign = task.lost !== null;
  return (
    <ToolRow>
      <Button
        look="quiet"
        icon="stop"
        class="card-cancel"
        disabled={task.cancel !== null}
        onClick={() => void cancelWithNotice(task)}
      >
        {t.cancel}
      </Button>
      <Menu
        label={t.actions}
        items={[edit, copyPrompt, copyCurl, isForeign ? hide : undefined].filter((item) => item !== undefined)}
      />
    </ToolRow>
  );
}

const ToolRow = ({ children }: { children: ComponentChildren }) => <div class="card-tools">{children}</div>;
