/** Counts over equal slices of time as thin bars. */
export function Sparkline({ counts, label }: { counts: readonly number[]; label: string }) {
  const most = Math.max(1, ...counts);
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${counts.length * 4} 20`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <title>{label}</title>
      {counts.map((count, index) => {
        const height = count === 0 ? 1 : 2 + (count / most) * 18;
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: slices are fixed places on the time axis
            key={index}
            x={index * 4}
            y={20 - height}
            width={3}
            height={height}
            data-zero={count === 0 || undefined}
          />
        );
      })}
    </svg>
  );
}
