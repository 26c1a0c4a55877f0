/** The evidence chart's twin: the same as a table, one row a failure, newest first. */
import { type EvidenceChartProps, zoneWords } from "./evidence-chart.tsx";
import { armAt, evidenceZone } from "./evidence-geometry.ts";
import { formatPercent } from "./numbers.ts";
import { evidenceText } from "./statistic-text.ts";
import { Time } from "./time.tsx";

export function EvidenceTable({ history, threshold }: Pick<EvidenceChartProps, "history" | "threshold">) {
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">Time</th>
          <th scope="col">Arm that failed</th>
          <th scope="col" className="numeric">
            Units failed
          </th>
          <th scope="col" className="numeric">
            of the candidate
          </th>
          <th scope="col" className="numeric">
            Planned share
          </th>
          <th scope="col" className="numeric">
            Evidence
          </th>
          <th scope="col">Zone</th>
        </tr>
      </thead>
      <tbody>
        {history
          .map((point, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: points are appended only, and two may share a time
            <tr key={index}>
              <td>
                <Time at={point.at} />
              </td>
              <td>{armAt(history, index)}</td>
              <td className="numeric">{point.failures}</td>
              <td className="numeric">{point.candidateFailures}</td>
              <td className="numeric">{formatPercent(point.plannedShare)}</td>
              <td className="numeric">{evidenceText(point.evidence)}</td>
              <td>{zoneWords[evidenceZone(point.evidence, threshold)].word}</td>
            </tr>
          ))
          .reverse()}
      </tbody>
    </table>
  );
}
