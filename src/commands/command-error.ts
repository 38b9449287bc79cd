/** A command that cannot be done, for a reason that is the user's to mend: shown as one line, with exit status 1. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}
