/** Where the databases of a run lie: in memory where there is room. A commit waits for the disk, and most tests are not about it. */
import { accessSync, chmodSync, constants, mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const memory = '/dev/shm'

/** A PostgreSQL takes some 300 MiB; a container may have 64 MiB in all. */
const minFreeBytes = 2 ** 30

/** The folder of this run. The process that makes it removes it when it ends, by Ctrl-C too; its children find it in TESSERA_RUN. */
export function runFolder(): string {
  process.env.TESSERA_RUN ??= makeRunFolder()
  return process.env.TESSERA_RUN
}

function makeRunFolder(): string {
  const folder = mkdtempSync(join(hasRoom(memory) ? memory : tmpdir(), 'tessera-run-'))
  // PostgreSQL may run as another user.
  chmodSync(folder, 0o711)
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }))
  return folder
}

/** Makes a folder whose name begins so, in that of the run. */
export function volatileFolder(prefix: string): string {
  return mkdtempSync(join(runFolder(), prefix))
}

function hasRoom(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize >= minFreeBytes
  } catch {
    return false
  }
}
