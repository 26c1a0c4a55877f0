/** A picture for traces that have one: a gradient, encoded here so that no binary lies in the repository. */
import { crc32, deflateSync } from "node:zlib";

const width = 240;
const height = 150;

export const picture = Buffer.concat([
  Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
  chunk("IHDR", Buffer.from([0, 0, 0, width, 0, 0, 0, height, 8, 2, 0, 0, 0])),
  chunk("IDAT", deflateSync(drawRows())),
  chunk("IEND", Buffer.alloc(0)),
]);
/** The name that the fixtures' messages have for it. */
export const pictureSha256 = "c0ffee".padEnd(64, "0");

/** Each row begins with its filter, none. */
function drawRows(): Buffer {
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows.set([90 + x / 2, 120 + y / 2, 200], y * (1 + width * 3) + 1 + x * 3);
  }
  return rows;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}
