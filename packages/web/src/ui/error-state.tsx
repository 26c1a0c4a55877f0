import { RequestError } from "../api/client.ts";
import { Button } from "./button.tsx";
import { Status } from "./status.tsx";

/** A request that failed: what, why, and the way on. `retry` is absent where trying again cannot help. */
export function ErrorState({ error, retry }: { error: Error; retry?: (() => void) | undefined }) {
  const problem = error instanceof RequestError ? error.problem : undefined;
  return (
    <div className="empty" role="alert">
      <h2>
        <Status tone="bad">{problem?.title ?? "This page failed"}</Status>
      </h2>
      <p>{error.message}</p>
      {problem?.errors !== undefined && (
        <ul className="error-fields">
          {problem.errors.map(({ path, message }) => (
            <li key={`${path} ${message}`}>
              <code>{path}</code> {message}
            </li>
          ))}
        </ul>
      )}
      {retry !== undefined && <Button onClick={retry}>Try again</Button>}
      {problem !== undefined && <p className="quiet mono">{problem.code}</p>}
    </div>
  );
}
