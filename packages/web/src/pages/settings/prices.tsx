/** What models cost in this project: those without a price first, then its own prices, then costs that are stored. */
import type { Price, UnknownModel } from "@ratchet/protocol";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { changePrice, createPrice, deletePrice, type PriceFields, pricesQuery } from "../../api/prices.ts";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { FormError } from "../../ui/form-error.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { formatRate, ValidFrom } from "./price-cells.tsx";
import { PriceDialog, type PriceDraft } from "./price-dialog.tsx";
import { Reprice } from "./reprice.tsx";
import { UnknownModels } from "./unknown-models.tsx";

export function Prices({ project }: { project: string }) {
  const queryClient = useQueryClient();
  const { data, error, refetch } = useQuery(pricesQuery(project));
  const [draft, setDraft] = useState<PriceDraft>();
  const onSuccess = () =>
    Promise.all(staleAfterChange.map((head) => queryClient.invalidateQueries({ queryKey: [project, head] })));
  const save = useMutation({
    mutationFn: ({ id, fields }: { id: string | undefined; fields: PriceFields }) =>
      id === undefined ? createPrice(project, fields) : changePrice(project, id, fields),
    onSuccess: async () => {
      setDraft(undefined);
      await onSuccess();
    },
  });
  const remove = useMutation({ mutationFn: (id: string) => deletePrice(project, id), onSuccess });
  const edit = (next: PriceDraft | undefined) => {
    save.reset();
    setDraft(next);
  };
  const columns: Column<Price>[] = [
    ...priceColumns,
    {
      header: "Change",
      width: "130px",
      cell: (price) => (
        <span className="row-actions">
          <Button kind="quiet" aria-label={`Edit the price of ${price.model}`} onClick={() => edit(price)}>
            Edit
          </Button>
          <Button
            kind="quiet"
            aria-label={`Remove the price of ${price.model}`}
            disabled={remove.isPending}
            onClick={() => remove.mutate(price.id)}
          >
            Remove
          </Button>
        </span>
      ),
    },
  ];
  return (
    <section aria-labelledby="prices">
      <h2 id="prices">Prices</h2>
      <p className="quiet">
        Costs that an application sends stay as they are. All others are computed when a call arrives: by the prices
        here, else by a public price table.
      </p>
      <UnknownModels project={project} onSetPrice={(model) => edit(toDraft(model))} />
      <h3>Prices of this project</h3>
      <p className="quiet">US dollars per million tokens. The longest pattern that matches a model counts.</p>
      {data === undefined ? (
        error ? (
          <ErrorState error={error} retry={() => void refetch()} />
        ) : (
          <Skeleton rows={2} label="Loading prices" />
        )
      ) : data.prices.length === 0 ? (
        <p>No price of its own: this project counts by the public table.</p>
      ) : (
        <Table label="Prices" columns={columns} rows={data.prices} rowKey={(price) => price.id} />
      )}
      <FormError error={remove.error} />
      <Button onClick={() => edit({})}>Add a price</Button>
      <PriceDialog
        draft={draft}
        error={save.error}
        pending={save.isPending}
        onSave={(fields) => save.mutate({ id: draft?.id, fields })}
        onClose={() => edit(undefined)}
      />
      <Reprice project={project} />
    </section>
  );
}

const staleAfterChange = ["prices", "unknown-models"];

function toDraft({ model, provider }: UnknownModel): PriceDraft {
  return { model, provider };
}

const priceColumns: Column<Price>[] = [
  { header: "Model", cell: ({ model }) => <code>{model}</code> },
  { header: "Provider", width: "110px", wideOnly: true, cell: ({ provider }) => provider ?? "any" },
  { header: "From", width: "100px", wideOnly: true, cell: ({ validFrom }) => <ValidFrom at={validFrom} /> },
  { header: "Input", width: "80px", numeric: true, cell: (price) => formatRate(price.inputUsdPerMillion) },
  {
    header: "Cached",
    width: "80px",
    numeric: true,
    wideOnly: true,
    cell: (price) => formatRate(price.cacheReadUsdPerMillion),
  },
  { header: "Output", width: "80px", numeric: true, cell: (price) => formatRate(price.outputUsdPerMillion) },
];
