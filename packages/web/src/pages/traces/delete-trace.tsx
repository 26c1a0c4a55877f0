/** Deletes the trace on the page, and on request the cases made from it; then the list of traces opens. */
import type { TraceDetail } from "@ratchet/protocol";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { deleteTrace } from "../../api/retention.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { FormError } from "../../ui/form-error.tsx";
import { formatPlural } from "../../ui/numbers.ts";

export function DeleteTrace({ traceId, cases }: { traceId: string; cases: TraceDetail["cases"] }) {
  const { project } = useParams({ from: "/p/$project/traces/$traceId" });
  const [open, setOpen] = useState(false);
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: (of: "keep" | "erase") => deleteTrace(project, traceId, of),
    onSuccess: async () => {
      await navigate({ to: "/p/$project/traces", params: { project }, search: {} });
      queryClient.removeQueries({ queryKey: [project, "trace", traceId] });
      await queryClient.invalidateQueries({ queryKey: [project] });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    remove.mutate(new FormData(event.currentTarget).has("erase") ? "erase" : "keep");
  };
  const close = () => {
    setOpen(false);
    remove.reset();
  };
  return (
    <>
      <Button kind="quiet" onClick={() => setOpen(true)}>
        Delete trace …
      </Button>
      <Dialog title="Delete this trace" open={open} onClose={close}>
        <form className="form" onSubmit={submit}>
          <p>
            Its spans, texts, feedback and signals go at once, and spans of it that arrive later are refused. There is
            no way back.
          </p>
          {cases.length > 0 && (
            <label>
              <input type="checkbox" name="erase" /> Also erase the {formatPlural(cases.length, "case")} made from it,
              in every version of {[...new Set(cases.map(({ dataset }) => dataset))].join(", ")}
            </label>
          )}
          <FormError error={remove.error} />
          <div className="dialog-actions">
            <Button onClick={close}>Cancel</Button>
            <Button kind="danger" type="submit" disabled={remove.isPending}>
              {remove.isPending ? "Deleting …" : "Delete the trace"}
            </Button>
          </div>
        </form>
      </Dialog>
    </>
  );
}
