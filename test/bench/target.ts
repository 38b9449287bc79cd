/** What is promised, and what came out. */
export interface Result {
  readonly what: string
  readonly value: number
  /** How the value is written: `×`, `/s`, `ms`, `MiB`. */
  readonly unit: string
  /** The value must be at least, or at most, so much. Without either it is only told. */
  readonly atLeast?: number
  readonly atMost?: number
}

export function isReached({ value, atLeast = value, atMost = value }: Result): boolean {
  return value >= atLeast && value <= atMost
}
