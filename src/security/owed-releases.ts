/** Reservations that could not be given back because the store did not answer: they are given back before the next is made. */

export interface OwedReleases {
  /** Waits for what gives them back. Where that fails they are owed, and it throws what was thrown. */
  givenBack(keys: readonly string[], work: Promise<void>): Promise<void>
  /** Throws where it cannot: then they are still owed. */
  pay(): Promise<void>
  /** Of this key. */
  any(key: string): boolean
}

export function createOwedReleases(
  release: (keys: readonly string[]) => Promise<void>,
): OwedReleases {
  const owed: (readonly string[])[] = []
  let paying: Promise<void> | undefined

  async function payAll(): Promise<void> {
    for (let [next] = owed; next; [next] = owed) {
      await release(next)
      owed.shift()
    }
  }

  return {
    async givenBack(keys, work) {
      try {
        await work
      } catch (error) {
        owed.push(keys)
        throw error
      }
    },
    async pay() {
      if (owed.length === 0) return
      paying ??= payAll().finally(() => {
        paying = undefined
      })
      await paying
    },
    any: (key) => owed.some((keys) => keys.includes(key)),
  }
}
