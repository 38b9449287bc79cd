/** Where databases of tests lie: in memory where there is room. A commit waits for the disk, and most tests are not about it. */
import { existsSync, mkdtempSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const memory = '/dev/shm'

/** A PostgreSQL takes some 300 MiB; a container may have 64 MiB here. */
const minFreeBytes = 2 ** 30

/** Makes a folder whose name begins so. */
export function volatileFolder(prefix: string): string {
  return mkdtempSync(join(hasRoom(memory) ? memory : tmpdir(), prefix))
}

function hasRoom(folder: string): boolean {
  if (!existsSync(folder)) return false
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize >= minFreeBytes
}
