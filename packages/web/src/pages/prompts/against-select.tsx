import type { PromptVersion } from "@ratchet/protocol";
import { useNavigate } from "@tanstack/react-router";

export interface AgainstSelectProps {
  version: string;
  /** Newest first. */
  versions: readonly PromptVersion[];
  against: string | undefined;
}

/** Chooses the version that the shown one is compared with. */
export function AgainstSelect({ version, versions, against }: AgainstSelectProps) {
  const navigate = useNavigate({ from: "/p/$project/prompts/$name" });
  const others = versions.filter((other) => other.version !== version);
  if (others.length === 0) return null;
  return (
    <label>
      Compare with{" "}
      <select
        value={against ?? ""}
        onChange={(event) =>
          void navigate({
            search: (search) => ({ ...search, version, against: event.target.value }),
            resetScroll: false,
          })
        }
      >
        <option value="">no other version</option>
        {others.map((other) => (
          <option key={other.version} value={other.version}>
            #{other.number} {other.version}
            {other.live ? " (live)" : ""} {other.message.slice(0, 60)}
          </option>
        ))}
      </select>
    </label>
  );
}
