/** A dialog for what cannot be undone: the name of what goes is typed before the button can be pressed. */
import { type FormEvent, type ReactNode, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { FormError } from "../../ui/form-error.tsx";

export interface TypedConfirmationProps {
  title: string;
  /** What is to be typed. */
  name: string;
  /** On the button. */
  action: string;
  open: boolean;
  pending: boolean;
  error: Error | null;
  onConfirm: () => void;
  onClose: () => void;
  /** What goes with it. */
  children: ReactNode;
}

export function TypedConfirmation({ title, open, onClose, ...form }: TypedConfirmationProps) {
  return (
    <Dialog title={title} open={open} onClose={onClose}>
      <ConfirmationForm onClose={onClose} {...form} />
    </Dialog>
  );
}

/** Of its own, so that what was typed goes when the dialog closes. */
function ConfirmationForm(props: Omit<TypedConfirmationProps, "title" | "open">) {
  const { name, action, pending, error, onConfirm, onClose, children } = props;
  const [typed, setTyped] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onConfirm();
  };
  return (
    <form className="form" onSubmit={submit}>
      {children}
      <label className="field">
        <span>
          Type <code>{name}</code> to confirm
        </span>
        <input autoComplete="off" spellCheck={false} value={typed} onChange={(event) => setTyped(event.target.value)} />
      </label>
      <FormError error={error} />
      <div className="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button
          kind="danger"
          type="submit"
          disabled={pending}
          because={typed === name ? undefined : `Type ${name} first`}
        >
          {action}
        </Button>
      </div>
    </form>
  );
}
