/** The command of the package, in a project of `tessera new`: npm installs no Node there. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const bin = fileURLToPath(new URL('../src/bin.ts', import.meta.url))

const runOn = (version: string) => {
  const old = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`
  const preload = `data:text/javascript,${encodeURIComponent(old)}`
  return spawnSync(process.execPath, ['--import', preload, bin, '--version'], { encoding: 'utf8' })
}

it.each(['20.20.2', '24.6.0'])('tessera on Node %s says which one it needs', (version) => {
  expect(runOn(version)).toMatchObject({
    status: 1,
    stdout: '',
    stderr: `tessera needs Node 24.7 or later; this is ${version}\n`,
  })
})

it.each(['24.7.0', '25.0.0'])('tessera runs on Node %s', (version) => {
  expect(runOn(version)).toMatchObject({ status: 0, stderr: '' })
})
