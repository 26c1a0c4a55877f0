/** Models whose calls cost something nobody knows: never shown as zero, always with the way out. */
import type { UnknownModel } from "@ratchet/protocol";
import { useQuery } from "@tanstack/react-query";
import { unknownModelsQuery } from "../../api/prices.ts";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { formatCompact, formatCount, formatPlural } from "../../ui/numbers.ts";
import { Status } from "../../ui/status.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";

export interface UnknownModelsProps {
  project: string;
  onSetPrice: (model: UnknownModel) => void;
}

/** Nothing where every model has a price. */
export function UnknownModels({ project, onSetPrice }: UnknownModelsProps) {
  const { data, error, refetch } = useQuery(unknownModelsQuery(project));
  if (data === undefined) return error ? <ErrorState error={error} retry={() => void refetch()} /> : null;
  if (data.models.length === 0) return null;
  const columns: Column<UnknownModel>[] = [
    ...modelColumns,
    {
      header: "Price",
      width: "150px",
      cell: (model) =>
        model.hasPrice ? (
          <Status tone="good">set: re-price below</Status>
        ) : (
          <Button kind="quiet" aria-label={`Set a price for ${model.model}`} onClick={() => onSetPrice(model)}>
            Set a price
          </Button>
        ),
    },
  ];
  const unpriced = data.models.filter(({ hasPrice }) => !hasPrice).length;
  return (
    <>
      <p>
        <Status tone="unsure">
          {unpriced > 0
            ? `${formatPlural(unpriced, "model")} without a known price in the last 30 days: their cost is missing in every sum.`
            : "Calls before the price was set have no cost yet."}
        </Status>
      </p>
      <Table
        label="Models without a known price"
        columns={columns}
        rows={data.models}
        rowKey={({ model, provider }) => JSON.stringify([provider, model])}
      />
    </>
  );
}

const modelColumns: Column<UnknownModel>[] = [
  { header: "Model", cell: ({ model }) => <code>{model}</code> },
  { header: "Provider", width: "130px", wideOnly: true, cell: ({ provider }) => provider ?? "not told" },
  { header: "Calls", width: "70px", numeric: true, cell: ({ calls }) => formatCount(calls) },
  {
    header: "Tokens",
    width: "80px",
    numeric: true,
    wideOnly: true,
    cell: ({ inputTokens, outputTokens }) => formatCompact(inputTokens + outputTokens),
  },
  { header: "Last seen", width: "100px", wideOnly: true, cell: ({ lastSeen }) => <Time at={lastSeen} relative /> },
];
