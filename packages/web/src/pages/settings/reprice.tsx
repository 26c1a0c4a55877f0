/** Computing the costs of a time range anew, with how far it is and what came of it. */
import type { Reprice as RepriceState } from "@ratchet/protocol";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { repriceQuery, startReprice } from "../../api/prices.ts";
import { Button } from "../../ui/button.tsx";
import { FormError } from "../../ui/form-error.tsx";
import { formatCount, formatPlural } from "../../ui/numbers.ts";
import { Status } from "../../ui/status.tsx";
import { Time } from "../../ui/time.tsx";
import { fromDay, toDay } from "./price-cells.tsx";

const dayMs = 86_400_000;
const defaultDays = 30;

export function Reprice({ project }: { project: string }) {
  const queryClient = useQueryClient();
  const query = repriceQuery(project);
  const { data } = useQuery(query);
  const start = useMutation({
    mutationFn: (range: { from: string; to: string }) => startReprice(project, range),
    onSuccess: () => queryClient.invalidateQueries(query),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const last = Date.parse(fromDay(String(form.get("to"))));
    // The last day is meant whole; some days have 25 hours.
    start.mutate({
      from: fromDay(String(form.get("from"))),
      to: fromDay(toDay(new Date(last + 1.5 * dayMs).toISOString())),
    });
  };
  const reprice = data?.reprice ?? null;
  const isRunning = reprice?.state === "running";
  return (
    <div className="reprice">
      <h3>Compute stored costs again</h3>
      <p className="quiet">By the prices as they are now. Costs that applications have sent stay.</p>
      <form className="toolbar" onSubmit={submit}>
        <label>
          from{" "}
          <input
            name="from"
            type="date"
            required
            defaultValue={toDay(new Date(Date.now() - defaultDays * dayMs).toISOString())}
          />
        </label>
        <label>
          to <input name="to" type="date" required defaultValue={toDay(new Date().toISOString())} />
        </label>
        <Button type="submit" disabled={start.isPending || isRunning}>
          Re-price
        </Button>
      </form>
      <FormError error={start.error} />
      <div role="status">{reprice !== null && <Progress reprice={reprice} />}</div>
    </div>
  );
}

function Progress({ reprice }: { reprice: RepriceState }) {
  const { state, checked, total, changed, error, finishedAt } = reprice;
  if (state === "running") {
    return (
      <p>
        <Status tone="busy">
          {formatCount(checked)} of {formatPlural(total, "call")} looked at, {formatCount(changed)} changed.
        </Status>{" "}
        <progress value={checked} max={Math.max(total, 1)} aria-label="Calls looked at" />
      </p>
    );
  }
  if (state === "failed") {
    return (
      <p>
        <Status tone="bad">{error}</Status>
      </p>
    );
  }
  return (
    <p>
      <Status tone="good">
        {formatPlural(checked, "call")} looked at, {formatCount(changed)} got another cost
        {finishedAt !== null && (
          <>
            {" · "}
            <Time at={finishedAt} relative />
          </>
        )}
      </Status>
    </p>
  );
}
