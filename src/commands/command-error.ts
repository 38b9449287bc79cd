/** A command failed for a reason that the operator can fix: printed as one line, with exit status 1. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}
