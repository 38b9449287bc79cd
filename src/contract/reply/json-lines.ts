/** A stream of values as JSON texts, one in each line. */

/** Bytes are sent as they are. */
export async function* jsonLines(
  values: AsyncIterable<unknown>,
  requireValue: (value: unknown) => void = () => {},
): AsyncGenerator<string | Uint8Array> {
  for await (const value of values) {
    requireValue(value)
    yield value instanceof Uint8Array ? value : `${JSON.stringify(value)}\n`
  }
}
