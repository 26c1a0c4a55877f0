/** What Teammate reads of GitHub's webhook payloads; everything else in them is ignored. */
import { z } from "zod";
import { isBot } from "../github/client.ts";

const User = z.object({ login: z.string().max(200), type: z.string().optional() });
const Repository = z.object({
  full_name: z
    .string()
    .regex(/^[\w.-]+\/[\w.-]+$/)
    .max(200),
});
const Label = z.object({ name: z.string().max(200) });
/** GitHub takes 256 characters of title and 65,536 of text; what its other editions may take more is cut off. */
const Title = z.string().transform((title) => title.slice(0, 1000));
const Text = z.string().transform((text) => text.slice(0, 100_000));
const IssueOrPull = z.object({
  number: z.int().min(1),
  title: Title,
  body: Text.nullable().default(""),
  user: User.nullable(),
  author_association: z.string().default("NONE"),
  labels: z.array(Label).default([]),
  created_at: z.string(),
  html_url: z.string(),
  pull_request: z.unknown().optional(),
});

const Envelope = z.object({ action: z.string(), repository: Repository, sender: User });
const Issue = Envelope.extend({ issue: IssueOrPull });
const Pull = Envelope.extend({ pull_request: IssueOrPull });
const CommentEvent = Issue.extend({
  comment: z.object({
    id: z.int(),
    body: Text.nullable(),
    user: User.nullable(),
    author_association: z.string().default("NONE"),
    html_url: z.string(),
  }),
});

/** Who did it, and in which thread as it was then. */
interface EventBase {
  repository: string;
  sender: string;
  isBot: boolean;
  thread: {
    number: number;
    kind: "issue" | "pull";
    title: string;
    body: string;
    author: string;
    association: string;
    labels: string[];
    createdAt: string;
    url: string;
  };
}
export type TeammateEvent =
  | (EventBase & { type: "opened" })
  | (EventBase & { type: "label"; change: "labeled" | "unlabeled"; label: string })
  | (EventBase & {
      type: "comment";
      comment: { id: number; body: string; author: string; association: string; url: string };
    });

/**
 * The event of one delivery, or `null` for those that Teammate has no use for.
 *
 * @throws {z.ZodError} when an event that it uses lacks what GitHub promises.
 */
export function parseEvent(name: string, payload: unknown): TeammateEvent | null {
  const action = z.object({ action: z.string().optional() }).loose().parse(payload).action;
  if (name === "issues" && action === "opened") return { type: "opened", ...base(Issue.parse(payload)) };
  if (name === "pull_request" && action === "opened") return { type: "opened", ...pullBase(Pull.parse(payload)) };
  if ((name === "issues" || name === "pull_request") && (action === "labeled" || action === "unlabeled")) {
    const { label } = z.object({ label: Label }).parse(payload);
    const event = name === "issues" ? base(Issue.parse(payload)) : pullBase(Pull.parse(payload));
    return { type: "label", change: action, label: label.name, ...event };
  }
  if (name === "issue_comment" && action === "created") {
    const event = CommentEvent.parse(payload);
    const { id, body, user, author_association: association, html_url: url } = event.comment;
    return {
      type: "comment",
      comment: { id, body: body ?? "", author: user?.login ?? "ghost", association, url },
      ...base(event),
    };
  }
  return null;
}

function base(event: z.infer<typeof Issue>): EventBase {
  return toBase(event, event.issue, event.issue.pull_request ? "pull" : "issue");
}

function pullBase(event: z.infer<typeof Pull>): EventBase {
  return toBase(event, event.pull_request, "pull");
}

function toBase(
  { repository, sender }: z.infer<typeof Envelope>,
  thread: z.infer<typeof IssueOrPull>,
  kind: "issue" | "pull",
): EventBase {
  return {
    repository: repository.full_name,
    sender: sender.login,
    isBot: isBot(sender),
    thread: {
      number: thread.number,
      kind,
      title: thread.title,
      body: thread.body ?? "",
      author: thread.user?.login ?? "ghost",
      association: thread.author_association,
      labels: thread.labels.map(({ name }) => name),
      createdAt: thread.created_at,
      url: thread.html_url,
    },
  };
}
