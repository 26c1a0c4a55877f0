/** The mark: a ratchet wheel, which turns one way only. */

/** One path on a 32 × 32 grid; the favicon draws the same. */
const ratchetPath =
  "M16.0 6.4L22.9 4.7L21.6 8.2L28.2 10.9L25.1 13.0L28.8 19.1L25.1 19.0L24.6 26.0L21.6 23.8L17.1 29.2L16.0 25.6L9.1 27.3L10.4 23.8L3.8 21.1L6.9 19.0L3.2 12.9L6.9 13.0L7.4 6.0L10.4 8.2L14.9 2.8ZM16 11.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9Z";

export function RatchetMark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" width="20" height="20" aria-hidden="true">
      <path fillRule="evenodd" d={ratchetPath} />
    </svg>
  );
}
