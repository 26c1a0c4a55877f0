/** Deleting what a person has left behind, as the law asks for; the answer says what was there. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { deleteUserData } from "../../api/retention.ts";
import { Button } from "../../ui/button.tsx";
import { formatPlural } from "../../ui/numbers.ts";
import { Status } from "../../ui/status.tsx";
import { TypedConfirmation } from "./typed-confirmation.tsx";

export function DeleteUserData({ project }: { project: string }) {
  const queryClient = useQueryClient();
  const [asking, setAsking] = useState<string>();
  const remove = useMutation({
    mutationFn: (userId: string) => deleteUserData(project, userId),
    onSuccess: async () => {
      setAsking(undefined);
      await queryClient.invalidateQueries({ queryKey: [project] });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    remove.reset();
    setAsking(String(new FormData(event.currentTarget).get("user")).trim());
  };
  return (
    <section aria-labelledby="delete-user">
      <h2 id="delete-user">Delete a user's data</h2>
      <p className="quiet">
        Every trace of the user in this project, their feedback, and the dataset cases made from these traces, in every
        version.
      </p>
      <form className="toolbar" onSubmit={submit}>
        <input
          name="user"
          required
          maxLength={500}
          pattern=".*\S.*"
          placeholder="The user's id, as on their traces"
          aria-label="User id"
          autoComplete="off"
          spellCheck={false}
        />
        <Button kind="danger" type="submit">
          Delete the data …
        </Button>
      </form>
      <div role="status">
        {remove.data !== undefined && (
          <p>
            <Status tone="good">
              {formatPlural(remove.data.traces, "trace")}, {formatPlural(remove.data.feedback, "judgement")} and{" "}
              {formatPlural(remove.data.cases, "case")} of {remove.variables} are deleted.
            </Status>
          </p>
        )}
      </div>
      <TypedConfirmation
        title={`Delete the data of ${asking ?? ""}`}
        name={asking ?? ""}
        action="Delete the data"
        open={asking !== undefined}
        pending={remove.isPending}
        error={remove.error}
        onConfirm={() => asking !== undefined && remove.mutate(asking)}
        onClose={() => setAsking(undefined)}
      >
        <p>Experiments keep their scores, but not what was answered. There is no way back.</p>
      </TypedConfirmation>
    </section>
  );
}
