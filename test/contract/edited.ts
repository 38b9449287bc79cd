/** A text with parts of it replaced. A part that is not there, or not only once, is a mistake of the test's: it throws. */

export type Edit = readonly [part: string, replacement: string]

export function edited(text: string, ...edits: readonly Edit[]): string {
  return edits.reduce((before, [part, replacement]) => {
    const [head, tail, ...more] = before.split(part)
    if (head === undefined || tail === undefined) throw new Error(`nowhere: ${part}`)
    if (more.length > 0) throw new Error(`more than once: ${part}`)
    return `${head}${replacement}${tail}`
  }, text)
}
