/** Whose telemetry a resource is. */
import { attribute } from "@ratchet/protocol";
import type { Projects } from "../access/projects.ts";
import { ProblemError } from "../problem.ts";
import type { ProjectScope } from "../router.ts";
import type { Attributes, AttributeValue } from "./otlp.ts";

/** Each name is a question to the control plane. */
const maxProjectsInExport = 100;

/**
 * A function that gives a resource's project, or a sentence when there is none such. Asks once a name.
 *
 * @param project Of the request. Where the request names none, the resource's `ratchet.project` decides.
 */
export function createOwnerFinder(
  projects: Pick<Projects, "findScope">,
  project: ProjectScope,
  isProjectNamed: boolean,
): (resource: { attributes: Attributes }) => Promise<ProjectScope | string> {
  const known = new Map<AttributeValue, ProjectScope | string>();
  return async ({ attributes }) => {
    const slug = isProjectNamed ? undefined : attributes.get(attribute.project);
    if (slug === undefined) return project;
    if (!known.has(slug) && known.size >= maxProjectsInExport) {
      return `An export may name at most ${maxProjectsInExport} projects. Send one export a project.`;
    }
    const owner = known.get(slug) ?? (await findScope(projects, String(slug)));
    known.set(slug, owner);
    return owner;
  };
}

async function findScope(projects: Pick<Projects, "findScope">, slug: string): Promise<ProjectScope | string> {
  try {
    return await projects.findScope(slug);
  } catch (error) {
    if (error instanceof ProblemError && error.code === "unknown-project") return error.message;
    throw error;
  }
}
