import { PageHeader } from "../../ui/page-header.tsx";

export function PromptPage() {
  return <PageHeader title="Prompt" />;
}
