/** What the handlers of all probes respond with: a row has a column that the contract does not declare. */
export const row = { book_id: 1, title: 'Emma', hash: 'x' }
