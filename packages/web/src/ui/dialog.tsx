/** A modal dialog on the platform's own `<dialog>`: focus is kept inside and given back, Esc closes. */
import { type ReactNode, useEffect, useId, useRef } from "react";

export interface DialogProps {
  title: string;
  open: boolean;
  onClose: () => void;
  children: ReactNode;
  /** Screen-reader title only, for the palette. */
  hideTitle?: boolean;
}

export function Dialog({ title, open, onClose, children, hideTitle = false }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    if (open) element.current?.showModal();
    else element.current?.close();
  }, [open]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the click is on the backdrop; Esc is the dialog's own key
    <dialog
      ref={element}
      className="dialog"
      aria-labelledby={titleId}
      onClose={onClose}
      onClick={(event) => event.target === element.current && onClose()}
    >
      {open && (
        <div className="dialog-body">
          <h2 id={titleId} className={hideTitle ? "visually-hidden" : undefined}>
            {title}
          </h2>
          {children}
        </div>
      )}
    </dialog>
  );
}
