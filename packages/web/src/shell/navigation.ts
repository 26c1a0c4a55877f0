/** The sidebar is the loop, in loop order. */
import type { Home } from "@ratchet/protocol";
import {
  AlertTriangle,
  Database,
  FileText,
  FlaskConical,
  House,
  ListTree,
  type LucideIcon,
  Rocket,
} from "lucide-react";

export interface NavigationEntry {
  label: string;
  /** Path below the project. */
  path: string;
  /** The letter after `g`. */
  letter: string;
  icon: LucideIcon;
  /** How many things wait here for a person. */
  waiting: (home: Home) => number;
}

const column = (name: Home["columns"][number]["name"]) => (home: Home) =>
  home.columns.find((candidate) => candidate.name === name)?.count ?? 0;
const nothing = () => 0;

export const navigation: NavigationEntry[] = [
  { label: "Home", path: "", letter: "h", icon: House, waiting: nothing },
  { label: "Traces", path: "/traces", letter: "t", icon: ListTree, waiting: nothing },
  {
    label: "Failures",
    path: "/failures",
    letter: "f",
    icon: AlertTriangle,
    waiting: (home) => column("Found")(home) + home.regressed.length,
  },
  { label: "Datasets", path: "/datasets", letter: "d", icon: Database, waiting: nothing },
  // A captured failure waits for a new prompt, a proposed fix for its gate, a gated one for its rollout.
  { label: "Prompts", path: "/prompts", letter: "p", icon: FileText, waiting: column("Captured") },
  { label: "Experiments", path: "/experiments", letter: "e", icon: FlaskConical, waiting: column("Fix") },
  { label: "Rollouts", path: "/rollouts", letter: "r", icon: Rocket, waiting: column("Gate") },
];
export const settings = { label: "Settings", path: "/settings", letter: "s" };
