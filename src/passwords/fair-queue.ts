/**
 * A queue that is fair to networks: while others wait, a network gets about every second turn at most.
 *
 * Known logins and all others take turns, among them their networks, and in a network its names. A turn of a network counts for both
 * its known and its other logins, so that it gains nothing by having both. A turn that nobody else needs is not left out. Each
 * function looks at all items: the caller limits their number.
 */
export interface Share {
  /** Whether the name has logged in from this address lately. Half of the turns are for such logins, however many networks attack. */
  readonly isKnown: boolean
  readonly network: string
  readonly name: string
}

interface Entry<Item> {
  /** Of the class, of the network, and of the name in both. */
  readonly keys: readonly [string, string, string]
  readonly item: Item
}

export function createFairQueue<Item>() {
  /** In the order of arrival. */
  let entries: Group<Item> = []
  /** The number of the last turn of each key of an entry. */
  const turns = new Map<string, number>()
  let turn = 0
  const turnOf = (key = '') => turns.get(key) ?? 0

  /** Longest without a turn: first the class, then the network, then the name. */
  function isBefore(one: Entry<Item>, other: Entry<Item>): boolean {
    const level = one.keys.findIndex((key, at) => turnOf(key) !== turnOf(other.keys[at]))
    return turnOf(one.keys[level]) < turnOf(other.keys[level])
  }

  /** False if the item is not in the queue. */
  function remove(item: Item): boolean {
    const removed = entries.find((entry) => entry.item === item)
    if (!removed) return false
    entries = entries.filter((entry) => entry !== removed)
    for (const key of removed.keys)
      if (!entries.some(({ keys }) => keys.includes(key))) turns.delete(key)
    return true
  }

  return {
    size: () => entries.length,

    add(share: Share, item: Item): void {
      const keys = keysOf(share)
      // A new part comes before the one that had the last turn, and after all others.
      for (const key of keys) if (!turns.has(key)) turns.set(key, turn - 1)
      entries = [...entries, { keys, item }]
    },

    /** Removes and returns the item whose turn it is. */
    take(): Item | undefined {
      const [head, ...rest] = entries
      if (!head) return undefined
      const next = rest.reduce((first, entry) => (isBefore(entry, first) ? entry : first), head)
      turn += 1
      for (const key of next.keys) turns.set(key, turn)
      remove(next.item)
      return next.item
    },

    remove,

    /** How many turns it takes until a new item of the share has had its turn, if nothing else is added. */
    placeOf(share: Share): number {
      const levels = levelsOf(entries, share)
      const own = levels.at(-1)?.own.length ?? 0
      // Until its turn, every other part has at most as many turns as its own part.
      return levels.reduceRight(
        (place, { others }) =>
          others.reduce((sum, { length }) => sum + Math.min(length, place), place),
        own + 1,
      )
    },

    /** The newest item of the largest part (class, network or name) that has at least two items more than that of the share. */
    displacedBy(share: Share): Item | undefined {
      for (const [level, { own, others }] of levelsOf(entries, share).entries()) {
        const largest = largestOf(others)
        if (largest.length > own.length + 1) return newestOf(largest, level)
      }
      return undefined
    },
  }
}

type Group<Item> = readonly Entry<Item>[]

function keysOf({ isKnown, network, name }: Share): Entry<unknown>['keys'] {
  return [`${isKnown}`, JSON.stringify([network]), JSON.stringify([isKnown, network, name])]
}

/** The part of the share and the other parts: the classes, the networks in its class, the names in its network. */
function levelsOf<Item>(
  entries: Group<Item>,
  share: Share,
): { own: Group<Item>; others: Group<Item>[] }[] {
  let group = entries
  return keysOf(share).map((key, level) => {
    const parts = partsOf(group, level)
    group = parts.get(key) ?? []
    parts.delete(key)
    return { own: group, others: [...parts.values()] }
  })
}

function newestOf<Item>(group: Group<Item>, level: number): Item | undefined {
  const parts = [...partsOf(group, level + 1).values()]
  return level < 2 ? newestOf(largestOf(parts), level + 1) : group.at(-1)?.item
}

function partsOf<Item>(group: Group<Item>, level: number): Map<string | undefined, Entry<Item>[]> {
  return Map.groupBy(group, ({ keys }) => keys[level])
}

/** The one that came last, if several are as large. */
function largestOf<Item>(groups: readonly Group<Item>[]): Group<Item> {
  return groups.reduce((largest, group) => (group.length < largest.length ? largest : group), [])
}
