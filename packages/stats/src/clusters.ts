/** Cases that share a source move together: everything here treats such a cluster as one unit. */

/** The label of each value's cluster. `null` makes a value a cluster of its own. */
export type ClusterLabels = readonly (string | number | null)[];

/** The indices of each cluster, in order of first appearance; one cluster a value without labels. */
export function clusterIndices(n: number, labels: ClusterLabels | undefined): number[][] {
  if (labels === undefined) return Array.from({ length: n }, (_, index) => [index]);
  if (labels.length !== n) throw new RangeError(`There are ${n} values but ${labels.length} cluster labels`);
  const clusters: number[][] = [];
  const byLabel = new Map<string | number, number[]>();
  for (const [index, label] of labels.entries()) {
    const known = label === null ? undefined : byLabel.get(label);
    if (known) {
      known.push(index);
      continue;
    }
    const cluster = [index];
    clusters.push(cluster);
    if (label !== null) byLabel.set(label, cluster);
  }
  return clusters;
}

/** Each cluster's sum of deviations from the mean: what the cluster-robust variance is made of. */
export function clusterResiduals(x: readonly number[], center: number, labels: ClusterLabels | undefined): number[] {
  return clusterIndices(x.length, labels).map((indices) =>
    indices.reduce((sum, index) => sum + ((x[index] as number) - center), 0),
  );
}
