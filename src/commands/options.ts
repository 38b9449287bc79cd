/** Options that several commands share. */

export interface JsonOption {
  readonly json?: boolean
}

export function splitWords(text: string | undefined): string[] | undefined {
  return text?.split(' ').filter(Boolean)
}
