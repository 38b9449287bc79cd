/** The databases that a server may have on a bad day: how to make one, and how to see that it is whole. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { temporaryFolder } from '../harness/command.ts'

export interface Database {
  readonly url: string
  /** What its own tools find wrong in it. */
  defects(): string[]
}

export interface FaultStore {
  readonly name: string
  /** An empty one, which goes with the test. */
  make(): Database
}

const sqlite: FaultStore = {
  name: 'SQLite',
  make() {
    const file = join(temporaryFolder(), 'test.db')
    return { url: file, defects: () => defectsOf(file) }
  },
}

export const stores: readonly FaultStore[] = [sqlite]

/** Of an SQLite file, which may be in use. */
export function defectsOf(file: string): string[] {
  const database = new DatabaseSync(file)
  try {
    const integrity = database.prepare('PRAGMA integrity_check').all()
    const orphans = database.prepare('PRAGMA foreign_key_check').all()
    return [...integrity, ...orphans]
      .map((row) => JSON.stringify(row))
      .filter((row) => row !== '{"integrity_check":"ok"}')
  } finally {
    database.close()
  }
}
