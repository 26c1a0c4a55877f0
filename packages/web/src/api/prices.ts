/** The project's own prices, models without one, and computing costs anew. */
import type { Price, PriceCreate, PriceList, RepriceRequest, RepriceStatus, UnknownModelList } from "@ratchet/protocol";
import { queryOptions } from "@tanstack/react-query";
import { apiPath, type Output, request } from "./client.ts";

export type PriceFields = Output<typeof PriceCreate>;
/** A running computation is asked after this often, beside the server's events. */
const progressEveryMs = 1000;

export function pricesQuery(project: string) {
  return queryOptions({
    queryKey: [project, "prices"],
    queryFn: ({ signal }) => request<Output<typeof PriceList>>("/prices", { project, signal }),
  });
}

export function unknownModelsQuery(project: string) {
  return queryOptions({
    queryKey: [project, "unknown-models"],
    queryFn: ({ signal }) => request<Output<typeof UnknownModelList>>("/prices/unknown", { project, signal }),
  });
}

export function repriceQuery(project: string) {
  return queryOptions({
    queryKey: [project, "reprice"],
    queryFn: ({ signal }) => request<Output<typeof RepriceStatus>>("/prices/reprice", { project, signal }),
    refetchInterval: ({ state }) => (state.data?.reprice?.state === "running" ? progressEveryMs : false),
  });
}

export function createPrice(project: string, body: PriceFields): Promise<Price> {
  return request("/prices", { project, method: "POST", body });
}

export function changePrice(project: string, id: string, body: PriceFields): Promise<Price> {
  return request(apiPath("prices", id), { project, method: "PATCH", body });
}

export function deletePrice(project: string, id: string): Promise<void> {
  return request(apiPath("prices", id), { project, method: "DELETE" });
}

export function startReprice(project: string, body: Output<typeof RepriceRequest>): Promise<void> {
  return request("/prices/reprice", { project, method: "POST", body });
}
