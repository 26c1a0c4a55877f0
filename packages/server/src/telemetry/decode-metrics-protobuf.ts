/** `ExportMetricsServiceRequest` in protobuf → what was sent. Exemplars and an exponential histogram's buckets are left out. */

import {
  type MetricKind,
  type OtlpMetric,
  type OtlpMetricResource,
  type OtlpPoint,
  temporalities,
} from "./otlp-metrics.ts";
import { ProtobufValues } from "./protobuf-values.ts";

/** Tags of opentelemetry-proto's `metrics.proto`: `field << 3 | wireType`. */
const request = { resourceMetrics: 0x0a };
const resourceMetrics = { resource: 0x0a, scopeMetrics: 0x12 };
const scopeMetrics = { metric: 0x12 };
const metric = { name: 0x0a, description: 0x12, unit: 0x1a };
const dataKinds = new Map<number, MetricKind>([
  [0x2a, "gauge"],
  [0x3a, "sum"],
  [0x4a, "histogram"],
  [0x52, "exponential_histogram"],
  [0x5a, "summary"],
]);
const data = { point: 0x0a, temporality: 0x10, isMonotonic: 0x18 };
/** Fields 2 and 3 are the same in all points; the others differ by kind. */
const point = { startNanos: 0x11, timeNanos: 0x19 };
const number = { double: 0x21, int: 0x31, attribute: 0x3a };
const histogram = {
  count: 0x21,
  sum: 0x29,
  bucketCounts: 0x32,
  bucketCount: 0x31,
  bounds: 0x3a,
  bound: 0x39,
  attribute: 0x4a,
  min: 0x59,
  max: 0x61,
};
const exponential = { attribute: 0x0a, count: 0x21, sum: 0x29, min: 0x61, max: 0x69 };
const summary = { count: 0x21, sum: 0x29, attribute: 0x3a };

/** @throws DecodeError */
export function decodeMetricsProtobuf(body: Buffer): OtlpMetricResource[] {
  const values = new ProtobufValues(body);
  const { reader } = values;
  const resources: OtlpMetricResource[] = [];
  while (reader.next()) {
    if (reader.tag === request.resourceMetrics) resources.push(readResourceMetrics(values));
    else reader.skip();
  }
  return resources;
}

function readResourceMetrics(values: ProtobufValues): OtlpMetricResource {
  const { reader } = values;
  values.budget.spend();
  const read: OtlpMetricResource = { attributes: new Map(), metrics: [] };
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.tag === resourceMetrics.resource) values.readResource(read.attributes);
    else if (reader.tag === resourceMetrics.scopeMetrics) readScopeMetrics(values, read.metrics);
    else reader.skip();
  }
  reader.leave(outer);
  return read;
}

function readScopeMetrics(values: ProtobufValues, metrics: OtlpMetric[]): void {
  const { reader } = values;
  values.budget.spend();
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.tag === scopeMetrics.metric) metrics.push(readMetric(values));
    else reader.skip();
  }
  reader.leave(outer);
}

function readMetric(values: ProtobufValues): OtlpMetric {
  const { reader } = values;
  values.budget.spend();
  const read: OtlpMetric = {
    name: "",
    description: "",
    unit: "",
    kind: "gauge",
    temporality: "",
    isMonotonic: false,
    points: [],
  };
  const outer = reader.enter();
  while (reader.next()) {
    const kind = dataKinds.get(reader.tag);
    if (kind !== undefined) readData(values, kind, read);
    else if (reader.tag === metric.name) read.name = reader.readString();
    else if (reader.tag === metric.description) read.description = reader.readString();
    else if (reader.tag === metric.unit) read.unit = reader.readString();
    else reader.skip();
  }
  reader.leave(outer);
  return read;
}

function readData(values: ProtobufValues, kind: MetricKind, into: OtlpMetric): void {
  const { reader } = values;
  into.kind = kind;
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.tag === data.point) into.points.push(readPoint(values, kind));
    else if (reader.tag === data.temporality) into.temporality = temporalities[reader.readEnum()] ?? "";
    else if (reader.tag === data.isMonotonic) into.isMonotonic = reader.readBoolean();
    else reader.skip();
  }
  reader.leave(outer);
}

function readPoint(values: ProtobufValues, kind: MetricKind): OtlpPoint {
  const { reader } = values;
  values.budget.spend();
  const read = newPoint();
  const readField = fieldReaders[kind];
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.tag === point.startNanos) read.startMicros = reader.readNanosAsMicros();
    else if (reader.tag === point.timeNanos) read.timeMicros = reader.readNanosAsMicros();
    else readField(values, read);
  }
  reader.leave(outer);
  return read;
}

type FieldReader = (values: ProtobufValues, read: OtlpPoint) => void;

const readNumberField: FieldReader = (values, read) => {
  const { reader } = values;
  read.count = 1;
  if (reader.tag === number.double) read.value = toFinite(reader.readDouble());
  else if (reader.tag === number.int) read.value = Number(reader.readFixedInt64());
  else if (reader.tag === number.attribute) values.readKeyValue(read.attributes, 0);
  else reader.skip();
};

const readHistogramField: FieldReader = (values, read) => {
  const { reader } = values;
  switch (reader.tag) {
    case histogram.count:
      read.count = reader.readFixedCount();
      return;
    case histogram.sum:
      read.value = toFinite(reader.readDouble());
      return;
    case histogram.min:
      read.min = toFinite(reader.readDouble());
      return;
    case histogram.max:
      read.max = toFinite(reader.readDouble());
      return;
    case histogram.bucketCounts:
      read.bucketCounts = reader.readPacked("count");
      values.budget.spend(read.bucketCounts.length);
      return;
    case histogram.bucketCount:
      values.budget.spend();
      read.bucketCounts.push(reader.readFixedCount());
      return;
    case histogram.bounds:
      read.bounds = reader.readPacked("double");
      values.budget.spend(read.bounds.length);
      return;
    case histogram.bound:
      values.budget.spend();
      read.bounds.push(reader.readDouble());
      return;
    case histogram.attribute:
      values.readKeyValue(read.attributes, 0);
      return;
    default:
      reader.skip();
  }
};

const readExponentialField: FieldReader = (values, read) => {
  const { reader } = values;
  if (reader.tag === exponential.count) read.count = reader.readFixedCount();
  else if (reader.tag === exponential.sum) read.value = toFinite(reader.readDouble());
  else if (reader.tag === exponential.min) read.min = toFinite(reader.readDouble());
  else if (reader.tag === exponential.max) read.max = toFinite(reader.readDouble());
  else if (reader.tag === exponential.attribute) values.readKeyValue(read.attributes, 0);
  else reader.skip();
};

const readSummaryField: FieldReader = (values, read) => {
  const { reader } = values;
  if (reader.tag === summary.count) read.count = reader.readFixedCount();
  else if (reader.tag === summary.sum) read.value = toFinite(reader.readDouble());
  else if (reader.tag === summary.attribute) values.readKeyValue(read.attributes, 0);
  else reader.skip();
};

const fieldReaders: Record<MetricKind, FieldReader> = {
  gauge: readNumberField,
  sum: readNumberField,
  histogram: readHistogramField,
  exponential_histogram: readExponentialField,
  summary: readSummaryField,
};

function newPoint(): OtlpPoint {
  return {
    attributes: new Map(),
    startMicros: 0,
    timeMicros: 0,
    value: null,
    count: 0,
    min: null,
    max: null,
    bounds: [],
    bucketCounts: [],
  };
}

function toFinite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
