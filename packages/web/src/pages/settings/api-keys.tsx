/** API keys of the server: made, shown once, revoked. */
import type { ApiKey, ApiKeyCreated } from "@ratchet/protocol";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Output } from "../../api/client.ts";
import { createKey, deleteKey, keysQuery } from "../../api/projects.ts";
import { Button } from "../../ui/button.tsx";
import { CodeBlock } from "../../ui/code-block.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { FormError } from "../../ui/form-error.tsx";
import { noValue } from "../../ui/numbers.ts";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Status } from "../../ui/status.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";
import { RevokeButton } from "./revoke-button.tsx";

export function ApiKeys({ project }: { project: string }) {
  const queryClient = useQueryClient();
  const { data, error, refetch } = useQuery(keysQuery);
  const onSuccess = () => queryClient.invalidateQueries(keysQuery);
  const create = useMutation({ mutationFn: createKey, onSuccess });
  const revoke = useMutation({ mutationFn: deleteKey, onSuccess });
  const columns: Column<ApiKey>[] = [
    ...keyColumns,
    {
      header: "Revoke",
      width: "150px",
      cell: (key) => <RevokeButton name={key.name} onRevoke={() => revoke.mutate(key.id)} />,
    },
  ];
  return (
    <section>
      <h2>API keys</h2>
      <p className="quiet">
        A server that listens on this machine only needs none. Applications send a key as <code>RATCHET_API_KEY</code>.
      </p>
      {data === undefined ? (
        error ? (
          <ErrorState error={error} retry={() => void refetch()} />
        ) : (
          <Skeleton rows={2} />
        )
      ) : (
        data.keys.length > 0 && <Table label="API keys" columns={columns} rows={data.keys} rowKey={(key) => key.id} />
      )}
      <FormError error={revoke.error} />
      <KeyForm project={project} pending={create.isPending} onCreate={create.mutate} />
      <FormError error={create.error} />
      {create.data !== undefined && <NewKey created={create.data} onSeen={create.reset} />}
    </section>
  );
}

const keyColumns: Column<ApiKey>[] = [
  { header: "Name", cell: ({ name }) => name },
  { header: "Begins with", width: "120px", wideOnly: true, cell: ({ prefix }) => <code>{prefix}…</code> },
  { header: "Project", width: "140px", wideOnly: true, cell: ({ project }) => project ?? "all" },
  { header: "Made", width: "110px", wideOnly: true, cell: ({ createdAt }) => <Time at={createdAt} relative /> },
  {
    header: "Last used",
    width: "110px",
    cell: ({ lastUsedAt }) => (lastUsedAt === null ? noValue : <Time at={lastUsedAt} relative />),
  },
];

interface KeyFormProps {
  project: string;
  pending: boolean;
  onCreate: (key: { name: string; project: string | null }) => void;
}

function KeyForm({ project, pending, onCreate }: KeyFormProps) {
  const [scope, setScope] = useState<"project" | "all">("project");
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    onCreate({ name: String(new FormData(form).get("name")), project: scope === "all" ? null : project });
    form.reset();
  };
  return (
    <form className="toolbar" onSubmit={submit}>
      <input name="name" required maxLength={100} placeholder="Name, such as ci" aria-label="Name of the new key" />
      <select
        aria-label="What the new key may reach"
        value={scope}
        onChange={(event) => setScope(event.target.value === "all" ? "all" : "project")}
      >
        <option value="project">This project</option>
        <option value="all">All projects</option>
      </select>
      <Button type="submit" disabled={pending}>
        Make key
      </Button>
    </form>
  );
}

function NewKey({ created, onSeen }: { created: Output<typeof ApiKeyCreated>; onSeen: () => void }) {
  return (
    <div className="new-key" role="status">
      <p>
        <Status tone="good">Key {created.name} is made.</Status> Copy it now: it is not shown again.
      </p>
      <CodeBlock code={`RATCHET_API_KEY=${created.secret}`} label="key" />
      <Button onClick={onSeen}>I have copied it</Button>
    </div>
  );
}
