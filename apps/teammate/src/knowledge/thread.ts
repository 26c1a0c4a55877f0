/** A GitHub thread as Teammate remembers it. */

export interface Comment {
  id: number;
  author: string;
  /** GitHub's `author_association`: `OWNER`, `MEMBER`, `COLLABORATOR`, `NONE`, … */
  association: string;
  body: string;
  url: string;
  isBot: boolean;
}

export interface Thread {
  number: number;
  kind: "issue" | "pull";
  title: string;
  body: string;
  author: string;
  labels: string[];
  /** ISO 8601. */
  createdAt: string;
  url: string;
}

/** People who speak for the repository. */
export function isMaintainer(association: string): boolean {
  return association === "OWNER" || association === "MEMBER" || association === "COLLABORATOR";
}
