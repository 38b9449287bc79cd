/** Full and read-only disks. Mounting requires root, limiting a process requires util-linux. */
import { execFileSync } from 'node:child_process'
import { rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { temporaryFolder } from '../harness/command.ts'

export const canMount = succeeds('unshare', '--mount', 'mount', '-t', 'tmpfs', 'none', '/mnt')
export const canLimit = succeeds('prlimit', '--version')

function succeeds(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

export interface Disk {
  readonly folder: string
  fill(): void
  clear(): void
  readOnly(): void
}

/** A disk of 8 MiB, removed after the test. */
export function smallDisk(): Disk {
  const folder = temporaryFolder()
  const filler = join(folder, 'filler')
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', folder])
  // Lazily, because a server that still runs is killed only after this.
  onTestFinished(() => void execFileSync('umount', ['--lazy', folder]))
  return {
    folder,
    fill: () => {
      for (let size = 2 ** 20; size >= 512; size /= 2) while (grows(filler, size));
    },
    clear: () => rmSync(filler),
    readOnly: () => void execFileSync('mount', ['-o', 'remount,ro', folder]),
  }
}

function grows(file: string, bytes: number): boolean {
  try {
    writeFileSync(file, Buffer.alloc(bytes), { flag: 'a' })
    return true
  } catch {
    return false
  }
}

/** Prevents the files of the process from growing. Returns a function that allows it again. */
export function stopGrowth(pid: number, file: string): () => void {
  const limit = (size: string) =>
    execFileSync('prlimit', ['--pid', String(pid), `--fsize=${size}:unlimited`])
  limit(String(statSync(file).size))
  return () => void limit('unlimited')
}
