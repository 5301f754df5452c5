/** Asks before something is deleted for good. */
import { useSignal } from "@preact/signals";
import { Button } from "#web/components/button.tsx";
import { Dialog } from "#web/components/dialog.tsx";

type ConfirmProps = {
  title: string;
  text: string;
  /** The button that leaves everything as it is. */
  keep: string;
  action: string;
  run: () => Promise<unknown>;
  onClose: () => void;
};

export function Confirm({ title, text, keep, action, run, onClose }: ConfirmProps) {
  const isBusy = useSignal(false);
  const close = () => {
    if (!isBusy.peek()) onClose();
  };
  const confirm = async () => {
    if (isBusy.peek()) return;
    isBusy.value = true;
    await run();
    isBusy.value = false;
    onClose();
  };
  return (
    <Dialog title={title} class="confirm" onClose={close}>
      <p>{text}</p>
      <div class="confirm-actions">
        <Button onClick={close} disabled={isBusy.value}>
          {keep}
        </Button>
        <Button look="main" class="danger" icon="trash" isBusy={isBusy.value} onClick={() => void confirm()}>
          {action}
        </Button>
      </div>
    </Dialog>
  );
}
