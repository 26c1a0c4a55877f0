/** When a run says something about the provider and nothing about the target: the gate's own bound. */
const tolerableVoidShare = 0.05;

export function isMostlyVoid({ caseCount, voidCount }: { caseCount: number; voidCount: number }): boolean {
  return voidCount > tolerableVoidShare * caseCount;
}
