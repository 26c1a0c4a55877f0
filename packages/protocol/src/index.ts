/** Everything that crosses the wire. The zod-free parts are `@ratchet/protocol/assignment` and `@ratchet/protocol/attributes`. */
export { attribute, projectHeader, type SpanKind, spanKinds } from "./attributes.ts";
export {
  ExperimentId,
  FailureId,
  GateId,
  Json,
  Metadata,
  Name,
  ProjectSlug,
  PromptVersionId,
  ReleaseId,
  RolloutId,
  SpanId,
  Timestamp,
  TraceId,
} from "./scalars.ts";
export { Problem, problems } from "./problem.ts";
export type { ProblemCode } from "./problem.ts";
export { ApiKey, ApiKeyCreate, ApiKeyCreated, Project, ProjectActivity, ProjectCreate } from "./project.ts";
export {
  Arm,
  Exposure,
  Payload,
  PromptRef,
  SpanDetail,
  SpanStatus,
  SpanSummary,
  TraceDetail,
  TraceList,
  TraceQuery,
  TraceSummary,
} from "./trace.ts";
export { Feedback, FeedbackCreate } from "./feedback.ts";
export { Signal, detectors } from "./signal.ts";
export {
  CaptureRequest,
  CaptureResult,
  Failure,
  FailureDetail,
  FailureList,
  FailurePatch,
  FailureStage,
  LoopStep,
  LoopStrip,
  Verification,
  sideStages,
  stages,
  trends,
} from "./failure.ts";
export {
  Case,
  CaseInput,
  CaseList,
  Dataset,
  DatasetChange,
  DatasetCreate,
  DatasetDetail,
  DatasetVersion,
} from "./dataset.ts";
export {
  CasePair,
  Comparison,
  Criterion,
  CriterionVerdict,
  Experiment,
  ExperimentCreate,
  ExperimentDetail,
  ExperimentResults,
  Gate,
  GateCreate,
  LockedCaseVerdict,
  MetricInfo,
  Target,
  TrialResult,
  VerdictWord,
} from "./experiment.ts";
export { Prompt, PromptDetail, PromptPush, PromptVersion, PromptVersionDetail } from "./prompt.ts";
export {
  ArmCount,
  EvidencePoint,
  Release,
  ReleaseCreate,
  Rollout,
  RolloutAction,
  RolloutCreate,
  RolloutDecision,
  RolloutDetail,
  RolloutStage,
  SdkConfig,
} from "./release.ts";
export { Home } from "./home.ts";
export { ServerEvent } from "./event.ts";
