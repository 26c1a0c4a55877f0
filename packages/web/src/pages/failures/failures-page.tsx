import { PageHeader } from "../../ui/page-header.tsx";

export function FailuresPage() {
  return <PageHeader title="Failures" />;
}
