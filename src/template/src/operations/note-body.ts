/** The body of a response for a note: what clients see of its row. */
import type { components } from '../../generated/api.ts'
import type { NotesTable } from '../tables.ts'

type Note = components['schemas']['Note']

export function noteBody({ note_id, text, created_at }: NotesTable): Note {
  return { note_id, text, created_at: new Date(created_at).toISOString() }
}
