import { Status } from "./status.tsx";

/** Why a form was refused, under its fields; nothing when it was not. */
export function FormError({ error }: { error: Error | null }) {
  return (
    <div role="alert">
      {error !== null && (
        <p className="form-error">
          <Status tone="bad">{error.message}</Status>
        </p>
      )}
    </div>
  );
}
