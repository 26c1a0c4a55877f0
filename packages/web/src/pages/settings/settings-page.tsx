/** Theme, API keys, prices, how long traces are kept, and the end of a user's data or the project. */
import { PageHeader } from "../../ui/page-header.tsx";
import { useProject } from "../../ui/project-link.tsx";
import { ApiKeys } from "./api-keys.tsx";
import { DeleteProject } from "./delete-project.tsx";
import { DeleteUserData } from "./delete-user-data.tsx";
import { Prices } from "./prices.tsx";
import { Retention } from "./retention.tsx";
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
        {/* Another project's form must not keep what was typed for this one. */}
        <Prices key={`prices of ${project}`} project={project} />
        <Retention key={`retention of ${project}`} slug={project} />
        <DeleteUserData key={`users of ${project}`} project={project} />
        <DeleteProject key={project} slug={project} />
      </div>
    </>
  );
}
