/** Deleting a project takes its name, typed; what is shown afterwards is what the server confirmed. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { deleteProject, projectsQuery } from "../../api/projects.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { FormError } from "../../ui/form-error.tsx";

export function DeleteProject({ slug }: { slug: string }) {
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => deleteProject(slug),
    onSuccess: async () => {
      await queryClient.invalidateQueries(projectsQuery);
      await navigate({ to: "/" });
      queryClient.removeQueries({ queryKey: [slug] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    remove.mutate();
  };
  const close = () => {
    setOpen(false);
    setTyped("");
    remove.reset();
  };
  return (
    <section>
      <h2>Delete the project</h2>
      <p className="quiet">Its traces, failures, datasets, experiments, prompts and rollouts go with it, for good.</p>
      <Button kind="danger" onClick={() => setOpen(true)}>
        Delete {slug} …
      </Button>
      <Dialog title={`Delete ${slug}`} open={open} onClose={close}>
        <form className="form" onSubmit={submit}>
          <p>Everything in this project is deleted. There is no way back.</p>
          <label className="field">
            <span>
              Type <code>{slug}</code> to confirm
            </span>
            <input
              autoComplete="off"
              spellCheck={false}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          </label>
          <FormError error={remove.error} />
          <div className="dialog-actions">
            <Button onClick={close}>Cancel</Button>
            <Button
              kind="danger"
              type="submit"
              disabled={remove.isPending}
              because={typed === slug ? undefined : `Type ${slug} first`}
            >
              Delete the project
            </Button>
          </div>
        </form>
      </Dialog>
    </section>
  );
}
