import { Link, useParams } from "@tanstack/react-router";
import type { ComponentProps } from "react";

/** The slug of the project whose pages are open. */
export function useProject(): string {
  return useParams({ from: "/p/$project" }).project;
}

export interface ProjectLinkProps extends Omit<ComponentProps<"a">, "href" | "target"> {
  /** Path below the project, as the server gives it in `href`: `/datasets/refunds`. */
  href: string;
}

/** A link to a page of the open project. */
export function ProjectLink({ href, ...props }: ProjectLinkProps) {
  const project = useProject();
  return <Link to={`/p/${project}${href}` as string} {...props} />;
}
