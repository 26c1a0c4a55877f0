/** Pause, resume, advance, roll back: each with a reason, each shown only when the server has confirmed it. */
import type { Rollout } from "@ratchet/protocol";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { actOnRollout, type RolloutVerb, rolloutQuery } from "../../api/rollouts.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { useProject } from "../../ui/project-link.tsx";
import { Status } from "../../ui/status.tsx";

const verbs: Record<RolloutVerb, { label: string; effect: (rollout: Rollout) => string }> = {
  pause: { label: "Pause", effect: () => "Units stay in their arms and no stage follows, until somebody resumes it." },
  resume: { label: "Resume", effect: ({ percent }) => `It goes on at ${percent} %.` },
  advance: { label: "Advance", effect: nextStage },
  abort: { label: "Roll back", effect: ({ control }) => `Everybody goes back to ${control}. This cannot be undone.` },
};

export function RolloutActions({ rollout }: { rollout: Rollout }) {
  const [verb, setVerb] = useState<RolloutVerb | null>(null);
  if (rollout.state === "completed" || rollout.state === "aborted") return null;
  const running = rollout.state === "running";
  return (
    <>
      <Button onClick={() => setVerb(running ? "pause" : "resume")}>{running ? "Pause" : "Resume"}</Button>
      <Button because={running ? undefined : "Resume it first"} onClick={() => setVerb("advance")}>
        Advance
      </Button>
      <Button kind="danger" onClick={() => setVerb("abort")}>
        Roll back
      </Button>
      <Dialog
        title={verb === null ? "" : `${verbs[verb].label} ${rollout.id}`}
        open={verb !== null}
        onClose={() => setVerb(null)}
      >
        {verb !== null && <Confirm rollout={rollout} verb={verb} onDone={() => setVerb(null)} />}
      </Dialog>
    </>
  );
}

function Confirm({ rollout, verb, onDone }: { rollout: Rollout; verb: RolloutVerb; onDone: () => void }) {
  const project = useProject();
  const queryClient = useQueryClient();
  const [reason, setReason] = useState("");
  const fieldId = useId();
  const { label, effect } = verbs[verb];
  const action = useMutation({
    mutationFn: () => actOnRollout(project, rollout.id, verb, reason.trim()),
    onSuccess: (confirmed) => {
      queryClient.setQueryData(rolloutQuery(project, rollout.id).queryKey, confirmed);
      for (const key of ["rollouts", "releases", "loop", "home"]) {
        void queryClient.invalidateQueries({ queryKey: [project, key] });
      }
      onDone();
    },
  });
  return (
    <form
      className="dialog-form"
      onSubmit={(event) => {
        event.preventDefault();
        action.mutate();
      }}
    >
      <p>{effect(rollout)}</p>
      {verb === "advance" && rollout.waitingFor.length > 0 && (
        <ul className="notice sentences">
          {rollout.waitingFor.map((sentence) => (
            <li key={sentence}>
              <Status tone="unsure">still missing: {sentence}</Status>
            </li>
          ))}
        </ul>
      )}
      <div className="field">
        <label htmlFor={fieldId}>Reason, for the log of decisions</label>
        <textarea
          id={fieldId}
          required
          maxLength={1000}
          rows={3}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </div>
      {action.error && (
        <p role="alert">
          <Status tone="bad">{action.error.message}</Status>
        </p>
      )}
      <div className="dialog-actions">
        <Button onClick={onDone}>Cancel</Button>
        <Button
          type="submit"
          kind={verb === "abort" ? "danger" : "primary"}
          because={
            action.isPending ? "Waiting for the server to confirm" : reason.trim() === "" ? "Give a reason" : undefined
          }
        >
          {action.isPending ? "Waiting for the server …" : `${label} ${rollout.id}`}
        </Button>
      </div>
    </form>
  );
}

function nextStage({ stages, stage, release }: Rollout): string {
  const next = stages[stage + 1];
  return next
    ? `${next.percent} % of units get ${release} next.`
    : `Everybody gets ${release}, and it becomes the live release.`;
}
