import { PageHeader } from "../../ui/page-header.tsx";

export function FailurePage() {
  return <PageHeader title="Failure" />;
}
