/** Deleting a project takes its name, typed; what is shown afterwards is what the server confirmed. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { deleteProject, projectsQuery } from "../../api/projects.ts";
import { Button } from "../../ui/button.tsx";
import { TypedConfirmation } from "./typed-confirmation.tsx";

export function DeleteProject({ slug }: { slug: string }) {
  const [open, setOpen] = useState(false);
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
  const close = () => {
    setOpen(false);
    remove.reset();
  };
  return (
    <section>
      <h2>Delete the project</h2>
      <p className="quiet">Its traces, failures, datasets, experiments, prompts and rollouts go with it, for good.</p>
      <Button kind="danger" onClick={() => setOpen(true)}>
        Delete {slug} …
      </Button>
      <TypedConfirmation
        title={`Delete ${slug}`}
        name={slug}
        action="Delete the project"
        open={open}
        pending={remove.isPending}
        error={remove.error}
        onConfirm={remove.mutate}
        onClose={close}
      >
        <p>Everything in this project is deleted. There is no way back.</p>
      </TypedConfirmation>
    </section>
  );
}
