/** Disks and files that go wrong, on a machine that allows it: mounting takes root, and limiting a process takes util-linux. */
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

/** One of 8 MiB, which goes with the test. */
export function smallDisk(): Disk {
  const folder = temporaryFolder()
  const filler = join(folder, 'filler')
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', folder])
  // Lazily: a server that is still there is killed after this.
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

/** No file of the process may grow any more. Returns what lets them grow again. */
export function stopGrowth(pid: number, file: string): () => void {
  const limit = (size: string) =>
    execFileSync('prlimit', ['--pid', String(pid), `--fsize=${size}:unlimited`])
  limit(String(statSync(file).size))
  return () => void limit('unlimited')
}
