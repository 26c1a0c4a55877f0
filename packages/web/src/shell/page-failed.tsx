import { type ErrorComponentProps, Link, useRouter } from "@tanstack/react-router";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorState } from "../ui/error-state.tsx";

/** A page that threw, or whose code could not be loaded. */
export function PageFailed({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return <ErrorState error={error instanceof Error ? error : new Error(String(error))} retry={retry} />;
}

export function NotFoundPage() {
  return (
    <EmptyState title="There is no such page">
      <p>
        <Link to="/">Go to Home</Link>, or press ⌘K or Ctrl K and paste what you look for.
      </p>
    </EmptyState>
  );
}
