/** The items of one list in a JSON text that arrives in pieces: the list that the text is, or that of a member of its object. */

/** In characters. */
const maxItemLength = 1024 * 1024

/**
 * Yields the text of each item, which is JSON if the whole is, and undefined for one that is too long. Returns whether the list has
 * ended: false if the text has no such list, or is cut off.
 */
export async function* listItems(
  chunks: AsyncIterable<string>,
  member?: string,
): AsyncGenerator<string | undefined, boolean> {
  const listDepth = member === undefined ? 1 : 2
  const marksInText = /["\\]/g
  const marksOutside = /["{}[\],]/g
  let depth = 0
  let isInList = false
  let isInText = false
  let isEscaped = false
  /** The last text before the list: the name of the member, if a list follows. */
  let name = ''
  /** What earlier chunks had of the item, or of a text before the list. */
  let pending = ''

  for await (const chunk of chunks) {
    if (chunk === '') continue
    let taken = 0
    const take = (end: number): string => {
      const text = pending + chunk.slice(taken, end)
      pending = ''
      taken = end + 1
      return text
    }
    let at: number = isEscaped ? 1 : 0
    isEscaped = false
    for (;;) {
      const marks = isInText ? marksInText : marksOutside
      marks.lastIndex = at
      const mark: string | undefined = marks.exec(chunk)?.[0]
      if (mark === undefined) break
      at = marks.lastIndex
      const end = at - 1
      const endsItem = isInList && depth === listDepth
      if (mark === '\\') {
        isEscaped = at === chunk.length
        at += 1
      } else if (mark === '"') {
        if (!isInList) name = take(end)
        isInText = !isInText
      } else if (mark === '{' || mark === '[') {
        depth += 1
        if (isInList || mark === '{' || depth !== listDepth) continue
        isInList = member === undefined || name === member
        take(end)
      } else if (mark === ',') {
        if (endsItem) yield limited(take(end))
      } else if (endsItem) {
        const last = take(end)
        if (last.trim()) yield limited(last)
        return true
      } else {
        depth -= 1
      }
    }
    if (isInList || isInText) pending += chunk.slice(taken)
    pending = pending.slice(0, maxItemLength + 1)
  }
  return false
}

function limited(item: string): string | undefined {
  return item.length > maxItemLength ? undefined : item
}
