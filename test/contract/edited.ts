/** Replaces parts of a text. Throws if a part does not occur exactly once. */

export type Edit = readonly [part: string, replacement: string]

export function edited(text: string, ...edits: readonly Edit[]): string {
  return edits.reduce((before, [part, replacement]) => {
    const [head, tail, ...more] = before.split(part)
    if (head === undefined || tail === undefined) throw new Error(`not found: ${part}`)
    if (more.length > 0) throw new Error(`more than once: ${part}`)
    return `${head}${replacement}${tail}`
  }, text)
}
