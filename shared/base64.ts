/** Bytes as base64, piece by piece: an image of 15 MB is never held whole, nor its 20 MB of text. */

/** Groups of three bytes become four characters, so each piece keeps its remaining bytes for the next one. */
export async function* base64Of(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  let rest = new Uint8Array(0);
  for await (const chunk of bytes) {
    const joined = rest.byteLength === 0 ? chunk : concat(rest, chunk);
    const whole = joined.byteLength - (joined.byteLength % 3);
    if (whole > 0) yield encoded(joined.subarray(0, whole));
    rest = joined.slice(whole);
  }
  if (rest.byteLength > 0) yield encoded(rest);
}

/** Below the number of arguments that a function may be called with, and a multiple of three. */
const callBytes = 24 * 1024;

/** Workers have the native method; Node 24, which runs the unit tests, does not. */
function encoded(bytes: Uint8Array): string {
  if (typeof bytes.toBase64 === "function") return bytes.toBase64();
  let text = "";
  for (let start = 0; start < bytes.byteLength; start += callBytes) {
    text += btoa(String.fromCharCode(...bytes.subarray(start, start + callBytes)));
  }
  return text;
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array {
  const joined = new Uint8Array(first.byteLength + second.byteLength);
  joined.set(first);
  joined.set(second, first.byteLength);
  return joined;
}
