/** Theme, API keys, and the end of a project. */
import { PageHeader } from "../../ui/page-header.tsx";
import { useProject } from "../../ui/project-link.tsx";
import { ApiKeys } from "./api-keys.tsx";
import { DeleteProject } from "./delete-project.tsx";
import "./settings.css";
import { SignOut } from "./sign-out.tsx";
import { ThemeChoice } from "./theme-choice.tsx";

export function SettingsPage() {
  const project = useProject();
  return (
    <>
      <PageHeader title="Settings" meta={<span className="mono">{project}</span>} />
      <div className="settings">
        <ThemeChoice />
        <SignOut />
        <ApiKeys project={project} />
        {/* Another project's dialog must not keep what was typed for this one. */}
        <DeleteProject key={project} slug={project} />
      </div>
    </>
  );
}
