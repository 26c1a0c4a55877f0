import type { FormEvent } from "react";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { FormError } from "../../ui/form-error.tsx";

export interface ArchiveDialogProps {
  failureId: string;
  open: boolean;
  pending: boolean;
  error: Error | null;
  onClose: () => void;
  onArchive: (reason: string) => void;
}

/** Takes a failure out of the loop, with the reason that others will read. */
export function ArchiveDialog({ failureId, open, pending, error, onClose, onArchive }: ArchiveDialogProps) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onArchive(String(new FormData(event.currentTarget).get("reason")).trim());
  };
  return (
    <Dialog title={`Archive ${failureId}`} open={open} onClose={onClose}>
      <form className="form" onSubmit={submit}>
        <label className="field">
          <span>Reason</span>
          <textarea name="reason" required maxLength={1000} rows={3} />
          <span className="quiet">Kept with the failure. It can be brought back at any time.</span>
        </label>
        <FormError error={error} />
        <div className="dialog-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" disabled={pending}>
            Archive
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
