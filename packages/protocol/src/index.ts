/**
 * Everything that crosses the wire. The zod-free parts are `@ratchet/protocol/assignment`,
 * `@ratchet/protocol/attributes` and `@ratchet/protocol/preview`.
 */
export { attribute, projectHeader, type SpanKind, spanKinds } from "./attributes.ts";
export {
  Case,
  CaseInput,
  CaseList,
  CaseQuery,
  Dataset,
  DatasetChange,
  DatasetCreate,
  DatasetDetail,
  DatasetList,
  DatasetVersion,
} from "./dataset.ts";
export { ServerEvent } from "./event.ts";
export {
  CasePair,
  Comparison,
  Criterion,
  CriterionVerdict,
  Experiment,
  ExperimentCreate,
  ExperimentDetail,
  ExperimentList,
  ExperimentResults,
  Gate,
  GateCreate,
  GateList,
  LockedCaseVerdict,
  MetricInfo,
  Target,
  TrialResult,
  VerdictWord,
} from "./experiment.ts";
export {
  CaptureRequest,
  CaptureResult,
  Failure,
  FailureDetail,
  FailureList,
  FailurePatch,
  FailureQuery,
  FailureStage,
  LoopQuery,
  LoopStep,
  LoopStrip,
  LoopStripList,
  sideStages,
  stages,
  trends,
  Verification,
} from "./failure.ts";
export { Feedback, FeedbackCreate } from "./feedback.ts";
export { Home } from "./home.ts";
export { Metric, MetricList, MetricPoint, MetricQuery, MetricSeries } from "./metric.ts";
export {
  Price,
  PriceCreate,
  PriceList,
  PricePatch,
  Reprice,
  RepriceRequest,
  RepriceStatus,
  UnknownModel,
  UnknownModelList,
} from "./price.ts";
export type { ProblemCode } from "./problem.ts";
export { Problem, problems } from "./problem.ts";
export {
  ApiKey,
  ApiKeyCreate,
  ApiKeyCreated,
  ApiKeyList,
  Project,
  ProjectActivity,
  ProjectCreate,
  ProjectList,
  ProjectPatch,
  Session,
  SessionCreate,
  UserDataDeleted,
} from "./project.ts";
export { Prompt, PromptDetail, PromptList, PromptPush, PromptVersion, PromptVersionDetail } from "./prompt.ts";
export {
  ArmCount,
  EvidencePoint,
  Release,
  ReleaseCreate,
  ReleaseList,
  Rollout,
  RolloutAction,
  RolloutCreate,
  RolloutDecision,
  RolloutDetail,
  RolloutList,
  RolloutStage,
  SdkConfig,
} from "./release.ts";
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
export { detectors, Signal } from "./signal.ts";
export {
  Arm,
  CostSource,
  Exposure,
  Payload,
  PromptRef,
  SpanDetail,
  SpanStatus,
  SpanSummary,
  TraceDetail,
  TraceList,
  TraceOpenQuery,
  TraceQuery,
  TraceSummary,
  TreeOverview,
  TreeQuery,
  TreeRow,
  TreeWindow,
} from "./trace.ts";
