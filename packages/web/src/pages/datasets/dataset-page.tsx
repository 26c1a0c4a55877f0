import { PageHeader } from "../../ui/page-header.tsx";

export function DatasetPage() {
  return <PageHeader title="Dataset" />;
}
