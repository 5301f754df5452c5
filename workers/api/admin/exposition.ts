/**
 * Metrics in Prometheus' text format, version 0.0.4
 * (https://prometheus.io/docs/instrumenting/exposition_formats/). Pure.
 */

export type Labels = Record<string, string>;

/** `suffix`: of the sample's name, for histograms. */
type Sample = { suffix?: string; labels?: Labels; value: number };

export type Metric = { name: string; help: string; type: "counter" | "gauge" | "histogram"; samples: Sample[] };

/** @param counts for each bound, and one for those above all of them. */
export function histogramSamples(
  bounds: readonly number[],
  { counts, sum, labels }: { counts: number[]; sum: number; labels: Labels },
): Sample[] {
  let below = 0;
  const buckets = [...bounds.map(String), "+Inf"].map((le, index) => {
    below += counts[index] ?? 0;
    return { suffix: "_bucket", labels: { ...labels, le }, value: below };
  });
  return [...buckets, { suffix: "_sum", labels, value: sum }, { suffix: "_count", labels, value: below }];
}

export const textOf = (metrics: Metric[]): string => metrics.map(metricText).join("");

function metricText({ name, help, type, samples }: Metric): string {
  const lines = samples.map(({ suffix = "", labels = {}, value }) => `${name}${suffix}${labelsText(labels)} ${value}`);
  return [`# HELP ${name} ${escaped(help)}`, `# TYPE ${name} ${type}`, ...lines, ""].join("\n");
}

function labelsText(labels: Labels): string {
  const texts = Object.entries(labels).map(([label, value]) => `${label}="${escaped(value).replaceAll('"', '\\"')}"`);
  return texts.length === 0 ? "" : `{${texts.join(",")}}`;
}

const escaped = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
