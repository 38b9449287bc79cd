/** Keeps the files of a multipart body until the response has been sent: in memory, or in a folder. */
import { randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { copyFile, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'

/**
 * A file of a `multipart/form-data` body. It is removed after the response, unless it was moved.
 *
 *     await body.avatar.moveTo(`/var/lib/app/avatars/${id}`)
 */
export interface UploadedFile {
  /** As the client named it, to be shown: never use it as a path. */
  readonly filename: string
  /** As the client declared it. */
  readonly mediaType: string
  /** In bytes. */
  readonly size: number
  /** Where it is; undefined in memory. */
  readonly path: string | undefined
  bytes(): Promise<Uint8Array>
  stream(): Readable
  /** Keeps the file at this path, where it replaces any other. Call it once. */
  moveTo(path: string): Promise<void>
}

export interface KeptFile {
  readonly file: UploadedFile
  /** Removes the file, unless it was moved. */
  release(): Promise<void>
}

/** Rejects with the error of the chunks, and keeps nothing then. `label` is what the client says about the file. */
export type KeepFile = (
  chunks: AsyncGenerator<Uint8Array>,
  label: Pick<UploadedFile, 'filename' | 'mediaType'>,
) => Promise<KeptFile>

export const keepInMemory: KeepFile = async (chunks, label) => {
  const content = await buffer(chunks)
  const file = {
    ...label,
    size: content.length,
    path: undefined,
    bytes: async () => content,
    stream: () => Readable.from([content], { objectMode: false }),
    moveTo: (path: string) => writeFile(path, content, { mode: 0o600 }),
  }
  return { file, release: async () => {} }
}

/** The names of the files are random. Only the user of the process can read them. */
export function keepInFolder(folder: string): KeepFile {
  return async function keepFile(chunks, label) {
    const path = join(folder, `upload-${randomUUID()}`)
    const written = createWriteStream(path, { flags: 'wx', mode: 0o600 })
    try {
      await pipeline(chunks, written)
    } catch (error) {
      await rm(path, { force: true })
      throw error
    }
    const file = {
      ...label,
      size: written.bytesWritten,
      path,
      bytes: () => readFile(path),
      stream: () => createReadStream(path),
      moveTo: (target: string) => move(path, target),
    }
    return { file, release: () => rm(path, { force: true }) }
  }
}

async function move(path: string, target: string): Promise<void> {
  try {
    await rename(path, target)
  } catch (error) {
    // A different file system.
    if (!(error instanceof Error && 'code' in error && error.code === 'EXDEV')) throw error
    await copyFile(path, target)
    await rm(path)
  }
}
