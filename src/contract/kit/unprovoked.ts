/** What the kit could not provoke: of a server of which it knows the URL only, it is listed once, at the end. */

export interface UnprovokedList {
  /** @param where an operation or a path */
  add(how: string, where: string): void
  /** Empty if there is nothing. */
  text(): string
}

export function unprovokedList(): UnprovokedList {
  const all = new Map<string, Set<string>>()
  return {
    add(how, where) {
      for (const line of how.split('\n')) all.set(line, (all.get(line) ?? new Set()).add(where))
    },
    text() {
      if (all.size === 0) return ''
      const lines = [...all].map(([how, where]) => `- ${how}: ${[...where].join(', ')}\n`)
      return `The contract tests could not provoke everything:\n${lines.join('')}`
    },
  }
}
