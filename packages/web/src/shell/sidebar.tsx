import type { Project } from "@ratchet/protocol";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Menu, Search, Settings } from "lucide-react";
import { homeQuery } from "../api/home.ts";
import { projectsQuery } from "../api/projects.ts";
import { RatchetMark } from "../ui/ratchet-mark.tsx";
import { useFavicon } from "./favicon.ts";
import type { LiveState } from "./live-events.ts";
import { navigation } from "./navigation.ts";

const popoverId = "navigation";

export function Sidebar({ project, live, onSearch }: { project: string; live: LiveState; onSearch: () => void }) {
  const { data: home } = useQuery(homeQuery(project));
  useFavicon(home?.project.activity?.state);
  const base = `/p/${project}`;
  const hide = () => document.getElementById(popoverId)?.hidePopover?.();
  return (
    <>
      <header className="topbar">
        <Link to={base as string} className="brand">
          <RatchetMark />
          Ratchet
        </Link>
        <button type="button" className="icon-button" popoverTarget={popoverId} aria-label="Menu">
          <Menu size={18} aria-hidden="true" />
        </button>
      </header>
      <nav id={popoverId} popover="auto" className="sidebar" aria-label="Main">
        <Link to={base as string} className="brand" onClick={hide}>
          <RatchetMark />
          Ratchet
        </Link>
        <button type="button" className="sidebar-search" onClick={onSearch}>
          <Search size={14} aria-hidden="true" />
          Jump to … <kbd>{navigator.userAgent.includes("Mac") ? "⌘K" : "Ctrl K"}</kbd>
        </button>
        <ul>
          {navigation.map(({ label, path, icon: Icon, waiting }) => {
            const count = home === undefined ? 0 : waiting(home);
            return (
              <li key={label}>
                <Link
                  to={`${base}${path}` as string}
                  activeOptions={{ exact: path === "", includeSearch: false }}
                  className="sidebar-entry"
                  onClick={hide}
                >
                  <Icon size={15} strokeWidth={1.75} aria-hidden="true" />
                  {label}
                  {count > 0 && (
                    <span className="sidebar-count" title={`${count} waiting for a person`}>
                      {count}
                      <span className="visually-hidden"> waiting for a person</span>
                    </span>
                  )}
                </Link>
              </li>
            );
          })}
        </ul>
        <div className="sidebar-footer">
          <Live state={live} />
          <Link to={`${base}/settings` as string} className="sidebar-entry" onClick={hide}>
            <Settings size={15} strokeWidth={1.75} aria-hidden="true" />
            Settings
          </Link>
          <ProjectSwitcher project={project} />
        </div>
      </nav>
    </>
  );
}

function Live({ state }: { state: LiveState }) {
  const words = { connecting: "Connecting …", live: "Live", reconnecting: "Reconnecting …" };
  return (
    <p className="live" data-state={state} role="status">
      <span aria-hidden="true" className="live-dot" />
      {words[state]}
    </p>
  );
}

function ProjectSwitcher({ project }: { project: string }) {
  const { data } = useQuery(projectsQuery);
  const navigate = useNavigate();
  const projects: Pick<Project, "slug" | "name">[] = data?.projects ?? [];
  const known = projects.some(({ slug }) => slug === project);
  return (
    <label className="project-switcher">
      <span className="visually-hidden">Project</span>
      <select
        value={project}
        onChange={(event) => navigate({ to: "/p/$project", params: { project: event.target.value } })}
      >
        {!known && <option value={project}>{project}</option>}
        {projects.map(({ slug, name }) => (
          <option key={slug} value={slug}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
