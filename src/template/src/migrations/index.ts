/** What makes the own tables, in the order of the names. */
import { notes } from './0001-notes.ts'

export const migrations = { '0001-notes': notes }
