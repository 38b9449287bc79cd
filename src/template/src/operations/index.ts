/** One handler for each operation of our own: the others are built in. */
import type { OwnHandlers } from '@tessera-oauth/server'
import type { Api } from '../../generated/contract.ts'
import { createNote } from './create-note.ts'
import { deleteNote } from './delete-note.ts'
import type { Services } from './handler.ts'
import { listNotes } from './list-notes.ts'
import { readAccountPage } from './read-account-page.ts'
import { readAccountScript } from './read-account-script.ts'
import { readNote } from './read-note.ts'
import { readStatistics } from './read-statistics.ts'

export const operations = (services: Services): OwnHandlers<Api> => ({
  listNotes: listNotes(services),
  createNote: createNote(services),
  readNote: readNote(services),
  deleteNote: deleteNote(services),
  readStatistics: readStatistics(services),
  readAccountPage: readAccountPage(),
  readAccountScript: readAccountScript(),
})
