import { PageHeader } from "../../ui/page-header.tsx";

export function GatePage() {
  return <PageHeader title="Gate" />;
}
