/** Whether processes have ended. */
import { spawnSync } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'

/** Resolves when none of the processes is alive. */
export async function allEnded(pids: readonly number[]): Promise<void> {
  while (isAnyAlive(pids)) await pause(20)
}

/** Whether one of the processes is alive: zombies do not count. */
export function isAnyAlive(pids: readonly number[]): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', pids.join()], { encoding: 'utf8' })
  return stdout.split('\n').some((state) => /^[^Z]/.test(state))
}
