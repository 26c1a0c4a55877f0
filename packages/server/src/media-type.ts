/** What bytes are by their first ones: what a sender says of them is not believed, as a page may be given for a picture. */

export interface MediaType {
  mimeType: string;
  extension: string;
  /** A browser may show it within a page: it holds nothing that runs. */
  isShown: boolean;
}

type Rule = MediaType & { matches: (bytes: Buffer) => boolean };

const startsWith =
  (...heads: string[]) =>
  (bytes: Buffer) =>
    heads.some((head) => bytes.subarray(0, head.length).toString("latin1") === head);
const hasAt = (offset: number, ...words: string[]) => {
  const matches = startsWith(...words);
  return (bytes: Buffer) => matches(bytes.subarray(offset));
};
const isRiff = (format: string) => (bytes: Buffer) => startsWith("RIFF")(bytes) && hasAt(8, format)(bytes);
const isIsoMedia =
  (...brands: string[]) =>
  (bytes: Buffer) =>
    hasAt(4, "ftyp")(bytes) && hasAt(8, ...brands)(bytes);

const shown = (mimeType: string, extension: string, matches: Rule["matches"]): Rule => ({
  mimeType,
  extension,
  matches,
  isShown: true,
});

const rules: readonly Rule[] = [
  shown("image/png", "png", startsWith("\x89PNG\r\n\x1a\n")),
  shown("image/jpeg", "jpg", startsWith("\xff\xd8\xff")),
  shown("image/gif", "gif", startsWith("GIF87a", "GIF89a")),
  shown("image/webp", "webp", isRiff("WEBP")),
  shown("image/avif", "avif", isIsoMedia("avif", "avis")),
  shown("audio/wav", "wav", isRiff("WAVE")),
  shown("audio/mpeg", "mp3", startsWith("ID3", "\xff\xfb", "\xff\xf3", "\xff\xf2")),
  shown("audio/ogg", "ogg", startsWith("OggS")),
  shown("audio/flac", "flac", startsWith("fLaC")),
  shown("audio/mp4", "m4a", isIsoMedia("M4A ", "M4B ")),
  shown("video/webm", "webm", startsWith("\x1a\x45\xdf\xa3")),
  shown("video/mp4", "mp4", isIsoMedia("isom", "iso2", "iso5", "iso6", "mp41", "mp42", "avc1", "dash", "MSNV")),
  { mimeType: "application/pdf", extension: "pdf", isShown: false, matches: startsWith("%PDF-") },
];

/** `undefined` for all that is not on the list: SVG and HTML are text that runs. */
export function sniffMediaType(bytes: Buffer): MediaType | undefined {
  return rules.find(({ matches }) => matches(bytes));
}
