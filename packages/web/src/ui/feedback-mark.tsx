/** Thumbs as counts, in words for screen readers. */
export function FeedbackMark({ up, down }: { up: number; down: number }) {
  return (
    <>
      {up > 0 && <Thumb mark="▲" word="thumbs up" count={up} tone="good" />}
      {down > 0 && <Thumb mark="▼" word="thumbs down" count={down} tone="bad" />}
    </>
  );
}

function Thumb({ mark, word, count, tone }: { mark: string; word: string; count: number; tone: "good" | "bad" }) {
  return (
    <span className="badge" data-tone={tone} title={`${count} ${word}`}>
      <span aria-hidden="true">
        {mark} {count}
      </span>
      <span className="visually-hidden">
        {count} {word}
      </span>
    </span>
  );
}
