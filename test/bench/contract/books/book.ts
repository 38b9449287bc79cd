/** What every contender responds with. */
export const book = { book_id: 1, title: 'Emma' }

/** The contract, which is that of the compile probes. */
export const contractFile = new URL('../../../contract/rivals/books.yaml', import.meta.url)
