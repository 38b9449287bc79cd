/** Finds out at the start whether mails can be written to MAIL_DIR: a mail that cannot be written waits, and nobody looks for it. */
import { mkdir, mkdtemp, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { InvalidSetting } from '../config/config.ts'

/** Makes the folder if it is missing. Throws an `InvalidSetting`. */
export async function requireMailDir(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    // What access(2) says differs from what a read-only file system allows.
    await rmdir(await mkdtemp(join(folder, '.check-')))
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? cause.code : cause
    throw new InvalidSetting(`MAIL_DIR must be a folder that can be written: ${reason}`, { cause })
  }
}
