/** The folder of the databases of a run: in memory if there is room, because commits wait for a disk. */
import { accessSync, chmodSync, constants, mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const memory = '/dev/shm'

/** A PostgreSQL needs about 300 MiB; a container may have 64 MiB in total. */
const minFreeBytes = 2 ** 30

/** The folder of this run. The process that creates it removes it at exit, also by Ctrl-C; child processes find it in TESSERA_RUN. */
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

/** Creates a folder in the folder of the run. */
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
