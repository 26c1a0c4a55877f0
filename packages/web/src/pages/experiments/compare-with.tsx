/** Chooses the experiment on the same dataset that this one is compared with. */
import type { Experiment } from "@ratchet/protocol";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { experimentsQuery } from "../../api/experiments.ts";
import { useProject } from "../../ui/project-link.tsx";
import { shortTargetTitle } from "./target-text.ts";

export function CompareWith({ experiment }: { experiment: Experiment }) {
  const project = useProject();
  const navigate = useNavigate();
  const { data } = useQuery(experimentsQuery(project, experiment.dataset));
  const others = (data?.experiments ?? []).filter(({ id }) => id !== experiment.id);
  if (others.length === 0) return null;
  return (
    <label>
      Compare with{" "}
      <select
        value=""
        onChange={(event) =>
          void navigate({
            to: "/p/$project/experiments/compare",
            params: { project },
            search: { baseline: event.target.value, candidate: experiment.id },
          })
        }
      >
        <option value="">a baseline …</option>
        {others.map((other) => (
          <option key={other.id} value={other.id}>
            {other.id} {shortTargetTitle(other.target, 60)}
            {other.datasetVersion !== experiment.datasetVersion && ` (v${other.datasetVersion})`}
          </option>
        ))}
      </select>
    </label>
  );
}
