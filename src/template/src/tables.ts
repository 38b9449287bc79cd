/** The types of the own tables. Their names begin with `app_`. */

export interface Tables {
  readonly app_notes: NotesTable
}

export interface NotesTable {
  readonly note_id: string
  /** The account that the note belongs to: its notes are deleted with it. */
  readonly user_id: string
  readonly text: string
  /** In milliseconds since 1970. */
  readonly created_at: number
}
