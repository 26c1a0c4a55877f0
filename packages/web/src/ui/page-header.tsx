import { useIsFetching } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";

export interface PageHeaderProps {
  /** Also the document's title. */
  title: string;
  /** Shown instead of the plain title, when it needs more than text. */
  heading?: ReactNode;
  /** One line under the title: facts with units. */
  meta?: ReactNode;
  /** At most one primary button. */
  actions?: ReactNode;
}

export function PageHeader({ title, heading, meta, actions }: PageHeaderProps) {
  useEffect(() => {
    document.title = `${title} · Ratchet`;
  }, [title]);
  const fetching = useIsFetching() > 0;
  return (
    <header className="page-header">
      <div className="page-header-text">
        <h1>{heading ?? title}</h1>
        {meta !== undefined && <div className="page-header-meta">{meta}</div>}
      </div>
      {actions !== undefined && <div className="page-header-actions">{actions}</div>}
      <span className="page-header-progress" data-active={fetching || undefined} aria-hidden="true" />
    </header>
  );
}
