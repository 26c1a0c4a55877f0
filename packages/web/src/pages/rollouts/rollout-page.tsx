import { PageHeader } from "../../ui/page-header.tsx";

export function RolloutPage() {
  return <PageHeader title="Rollout" />;
}
