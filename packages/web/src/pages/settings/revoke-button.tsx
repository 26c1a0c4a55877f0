import { useState } from "react";
import { Button } from "../../ui/button.tsx";

/** Asks once before it revokes: what uses the key stops working at once. */
export function RevokeButton({ name, onRevoke }: { name: string; onRevoke: () => void }) {
  const [asking, setAsking] = useState(false);
  if (!asking) {
    return (
      <Button kind="quiet" aria-label={`Revoke ${name}`} onClick={() => setAsking(true)}>
        Revoke
      </Button>
    );
  }
  return (
    <span className="revoke">
      <Button kind="danger" onClick={onRevoke}>
        Revoke {name}
      </Button>
      <Button kind="quiet" onClick={() => setAsking(false)}>
        Keep
      </Button>
    </span>
  );
}
