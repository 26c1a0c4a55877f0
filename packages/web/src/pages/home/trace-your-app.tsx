/** Ten lines that send a trace to this very server, and a light that turns green when the first one has come. */
import type { Project } from "@ratchet/protocol";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { projectsQuery } from "../../api/projects.ts";
import { CodeBlock } from "../../ui/code-block.tsx";
import { Status } from "../../ui/status.tsx";
import { Time } from "../../ui/time.tsx";

export function TraceYourApp({ slug }: { slug: string }) {
  const { data } = useQuery({
    ...projectsQuery,
    // The event of a first span may be missed while the line is down; a person is waiting for this very light.
    refetchInterval: ({ state }) => (isWaiting(state.data?.projects, slug) ? 5000 : false),
  });
  const project = data?.projects.find((candidate) => candidate.slug === slug);
  if (project === undefined) return null;
  const { firstSpanAt } = project;
  return (
    <section className="own-app" aria-label="Trace your own app">
      <details open={firstSpanAt === null}>
        <summary>
          <h2>Trace your own app</h2>
          <span role="status">
            {firstSpanAt === null ? (
              <Status tone="busy">Waiting for the first span in project {slug}</Status>
            ) : (
              <Status tone="good">
                First span received <Time at={firstSpanAt} relative />
              </Status>
            )}
          </span>
        </summary>
        <p>
          Save this as <code>try.ts</code> in the clone and run <code>npx node try.ts</code>:
        </p>
        <CodeBlock code={snippet(location.origin, slug)} label="TypeScript" />
        <p>Anything else that speaks OpenTelemetry sends its spans here by its environment:</p>
        <CodeBlock code={environment(location.origin, slug)} label="environment" />
      </details>
      {firstSpanAt !== null && (
        <p>
          <Link to="/p/$project/traces" params={{ project: slug }}>
            Open its traces
          </Link>
        </p>
      )}
    </section>
  );
}

function isWaiting(projects: Project[] | undefined, slug: string): boolean {
  return projects?.find((project) => project.slug === slug)?.firstSpanAt === null;
}

function snippet(origin: string, slug: string): string {
  return `import { flush, init, traceable } from "@ratchet/sdk";

init({ url: "${origin}", project: "${slug}" });

const answer = traceable(
  async (question: string) => \`You asked: \${question}\`,
  { name: "answer", kind: "agent" },
);

console.log(await answer("Does it work?"));
await flush();`;
}

function environment(origin: string, slug: string): string {
  return `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=${origin}/v1/traces
OTEL_EXPORTER_OTLP_HEADERS=x-ratchet-project=${slug}`;
}
