/** What became of reservations and could not be written, because the store did not answer: it is before the next one is made. */

export interface OwedDecisions {
  /** Waits for what gives them back. Where that fails it is owed, and this throws what was thrown. */
  orReleased(keys: readonly string[], work: Promise<void>): Promise<void>
  /** As above, for what decides that they stay. */
  orKept(keys: readonly string[], work: Promise<void>): Promise<void>
  /** Throws where it cannot: then it is still owed. */
  pay(): Promise<void>
  /** Of this key. */
  any(key: string): boolean
}

type Write = (keys: readonly string[]) => Promise<void>

export interface Decisions {
  readonly release: Write
  readonly keep: Write
}

export function createOwedDecisions({ release, keep }: Decisions): OwedDecisions {
  const owed: { readonly keys: readonly string[]; readonly write: Write }[] = []
  let paying: Promise<void> | undefined

  async function payAll(): Promise<void> {
    for (let [next] = owed; next; [next] = owed) {
      await next.write(next.keys)
      owed.shift()
    }
  }

  const or = (write: Write) => async (keys: readonly string[], work: Promise<void>) => {
    try {
      await work
    } catch (error) {
      owed.push({ keys, write })
      throw error
    }
  }

  return {
    orReleased: or(release),
    orKept: or(keep),
    async pay() {
      if (owed.length === 0) return
      paying ??= payAll().finally(() => {
        paying = undefined
      })
      await paying
    },
    any: (key) => owed.some(({ keys }) => keys.includes(key)),
  }
}
