import type { PromptRef } from "@ratchet/protocol";
import { ProjectLink } from "../../ui/project-link.tsx";

/** The version of a prompt that a span or a trace used. */
export function PromptLink({ prompt: { name, version } }: { prompt: PromptRef }) {
  return (
    <ProjectLink href={`/prompts/${encodeURIComponent(name)}?version=${encodeURIComponent(version)}`} className="mono">
      {name}@{version.slice(0, 7)}
    </ProjectLink>
  );
}
