/** "Capture as test": the failure's traces become cases of a dataset; then the dataset opens. */
import type { FailureDetail } from "@ratchet/protocol";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useId } from "react";
import { datasetsQuery } from "../../api/datasets.ts";
import { captureFailure } from "../../api/failures.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { FormError } from "../../ui/form-error.tsx";
import { formatPlural } from "../../ui/numbers.ts";

/** Enough to see a failure move; more of the same teaches a gate little. */
const defaultLimit = 50;

export interface CaptureDialogProps {
  project: string;
  failure: FailureDetail;
  open: boolean;
  onClose: () => void;
}

export function CaptureDialog({ project, failure, open, onClose }: CaptureDialogProps) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const capture = useMutation({
    mutationFn: (body: { dataset: string; limit: number }) => captureFailure(project, failure.id, body),
    onSuccess: async ({ dataset }) => {
      await queryClient.invalidateQueries({ queryKey: [project] });
      onClose();
      await navigate({
        to: "/p/$project/datasets/$name",
        params: { project, name: dataset },
        search: { from: failure.id },
      });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    capture.mutate({ dataset: String(form.get("dataset")).trim(), limit: Number(form.get("limit")) });
  };
  return (
    <Dialog title="Capture as test" open={open} onClose={onClose}>
      <form className="form" onSubmit={submit}>
        <p>
          {formatPlural(failure.traceCount, "trace")} of {failure.id} can become cases, as one new version of the
          dataset; those that are cases already stay as they are.
        </p>
        <DatasetField project={project} failure={failure} />
        <label className="field">
          <span>Traces at most</span>
          <input
            name="limit"
            type="number"
            required
            min={1}
            max={1000}
            defaultValue={Math.min(defaultLimit, Math.max(1, failure.traceCount))}
          />
        </label>
        <FormError error={capture.error} />
        <div className="dialog-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" disabled={capture.isPending}>
            {capture.isPending ? "Capturing …" : "Capture"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function DatasetField({ project, failure }: { project: string; failure: FailureDetail }) {
  const { data } = useQuery(datasetsQuery(project));
  const listId = useId();
  const existing = data?.datasets.map(({ name }) => name) ?? [];
  return (
    <label className="field">
      <span>Dataset</span>
      <input
        name="dataset"
        required
        maxLength={128}
        pattern="[A-Za-z0-9][A-Za-z0-9._\/\-]*"
        title="1 to 128 of A-Z, a-z, 0-9, '.', '_', '/' and '-'"
        defaultValue={failure.links.dataset ?? toName(failure.traceName)}
        list={listId}
        autoComplete="off"
      />
      <datalist id={listId}>
        {existing.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <span className="quiet">An existing one, or a new name.</span>
    </label>
  );
}

/** One dataset a task serves most teams: cases of all its failures guard each other. */
function toName(traceName: string): string {
  return (
    traceName
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-+|-+$/g, "")
      .slice(0, 100) || "cases"
  );
}
