import { PageHeader } from "../../ui/page-header.tsx";

export function RolloutsPage() {
  return <PageHeader title="Rollouts" />;
}
