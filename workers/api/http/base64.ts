/** Bytes as base64, piece by piece: an image of 15 MB is never held whole, nor its 20 MB of text. */

/** Groups of three bytes become four characters, so each piece keeps its remaining bytes for the next one. */
export async function* base64Of(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  let rest = new Uint8Array(0);
  for await (const chunk of bytes) {
    const joined = rest.byteLength === 0 ? chunk : concat(rest, chunk);
    const whole = joined.byteLength - (joined.byteLength % 3);
    if (whole > 0) yield joined.subarray(0, whole).toBase64();
    rest = joined.slice(whole);
  }
  if (rest.byteLength > 0) yield rest.toBase64();
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array {
  const joined = new Uint8Array(first.byteLength + second.byteLength);
  joined.set(first);
  joined.set(second, first.byteLength);
  return joined;
}
