/**
 * The items of lists in JSON that arrives in pieces: the list that a document is, or that of a member of its object. Several documents
 * may follow each other, as files that were put together.
 */

/** In characters. */
const maxItemLength = 1024 * 1024

/**
 * Yields the text of each item, which is JSON if the whole is, and undefined for one that is too long. Returns whether all has been
 * read: false if a document has no such list or is cut off, or something else stands after a list or a document.
 */
export async function* listItems(
  chunks: AsyncIterable<string>,
  member?: string,
): AsyncGenerator<string | undefined, boolean> {
  const listDepth = member === undefined ? 1 : 2
  const documentEnd = member === undefined ? ']' : '}'
  const marksInText = /["\\]/g
  const marksOutside = /["{}[\],]/g
  let depth = 0
  let isInList = false
  /** Whether the document has had its list. */
  let hasList = false
  let isAfterList = false
  let documents = 0
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
      // Not `exec`, which makes an array for each of the many marks.
      const end: number = marks.test(chunk) ? marks.lastIndex - 1 : chunk.length
      const mark = chunk[end]
      const onlyMarks = isAfterList ? ',}' : '{['
      const hasOnlyMarks = isAfterList || depth === 0
      if (hasOnlyMarks && chunk.slice(at, end).trim()) return false
      if (mark === undefined) break
      if (hasOnlyMarks && !onlyMarks.includes(mark)) return false
      isAfterList = false
      at = end + 1
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
      } else {
        if (endsItem) {
          if (mark !== ']') return false
          const last = take(end)
          if (last.trim()) yield limited(last)
          isInList = false
          hasList = true
        }
        depth -= 1
        isAfterList = endsItem && depth > 0
        if (depth > 0) continue
        if (mark !== documentEnd || !hasList) return false
        hasList = false
        documents += 1
      }
    }
    if (isInList || isInText) pending += chunk.slice(taken)
    pending = pending.slice(0, maxItemLength + 1)
  }
  return documents > 0 && depth === 0
}

function limited(item: string): string | undefined {
  return item.length > maxItemLength ? undefined : item
}
