/** How many days traces are kept. */
import type { Project } from "@ratchet/protocol";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { projectsQuery } from "../../api/projects.ts";
import { changeProject } from "../../api/retention.ts";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { FormError } from "../../ui/form-error.tsx";
import { formatPlural } from "../../ui/numbers.ts";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Status } from "../../ui/status.tsx";

const proposedDays = 90;

export function Retention({ slug }: { slug: string }) {
  const { data, error, refetch } = useQuery(projectsQuery);
  const project = data?.projects.find((each) => each.slug === slug);
  return (
    <section aria-labelledby="retention">
      <h2 id="retention">Retention</h2>
      <p className="quiet">
        Older traces go with their texts, feedback and logs: from every page at once, from the disk within hours.
        Failures, datasets and their cases stay.
      </p>
      {project ? (
        <RetentionForm key={project.retentionDays} project={project} />
      ) : error ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : (
        <Skeleton rows={1} label="Loading the project" />
      )}
    </section>
  );
}

function RetentionForm({ project }: { project: Project }) {
  const queryClient = useQueryClient();
  const { slug, retentionDays } = project;
  const [isBounded, setIsBounded] = useState(retentionDays !== null);
  const change = useMutation({
    mutationFn: (days: number | null) => changeProject(slug, { retentionDays: days }),
    onSuccess: async () => {
      await queryClient.invalidateQueries(projectsQuery);
      await queryClient.invalidateQueries({ queryKey: [slug] });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const days = Number(new FormData(event.currentTarget).get("days"));
    change.mutate(isBounded ? days : null);
  };
  return (
    <form className="toolbar" onSubmit={submit}>
      <select
        aria-label="How long traces are kept"
        value={isBounded ? "days" : "ever"}
        onChange={(event) => setIsBounded(event.target.value === "days")}
      >
        <option value="ever">Keep for ever</option>
        <option value="days">Keep for</option>
      </select>
      {isBounded && (
        <label>
          <input
            name="days"
            type="number"
            required
            min={1}
            max={3650}
            aria-label="Days that traces are kept"
            defaultValue={retentionDays ?? proposedDays}
          />{" "}
          days
        </label>
      )}
      <Button type="submit" disabled={change.isPending}>
        Save
      </Button>
      <Status tone="neutral">
        {retentionDays === null ? "kept for ever now" : `kept for ${formatPlural(retentionDays, "day")} now`}
      </Status>
      <FormError error={change.error} />
    </form>
  );
}
