/** Options that several commands have. */

export interface Json {
  readonly json?: boolean
}

/** Words with spaces between. */
export function listed(text: string | undefined): string[] | undefined {
  return text?.split(' ').filter(Boolean)
}
