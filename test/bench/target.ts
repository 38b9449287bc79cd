/** A measured value and its target. */
export interface Result {
  readonly what: string
  readonly value: number
  /** `×`, `/s`, `ms` or `MiB`. */
  readonly unit: string
  /** The target. Without one, the value is only reported. */
  readonly atLeast?: number
  readonly atMost?: number
}

export function isReached({ value, atLeast = value, atMost = value }: Result): boolean {
  return value >= atLeast && value <= atMost
}
