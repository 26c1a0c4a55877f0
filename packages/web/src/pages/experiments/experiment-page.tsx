import { PageHeader } from "../../ui/page-header.tsx";

export function ExperimentPage() {
  return <PageHeader title="Experiment" />;
}
