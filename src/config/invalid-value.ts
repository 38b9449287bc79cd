/** How the text of a setting is read, and what is thrown for a text that it does not accept. */

/** The message follows the name of the setting, as in `PORT must be a number`, and does not repeat the value, which may be a secret. */
export class InvalidValue extends Error {
  override readonly name = 'InvalidValue'
}

/** Throws an `InvalidValue`. */
export type Read<Value> = (text: string) => Value

/** Throws an `InvalidValue` if the condition is false. */
export function requireValue(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvalidValue(message)
}
