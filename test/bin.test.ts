/** The commands of the packages: npm installs no Node with them. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const runOn = (version: string, file: string) => {
  const old = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`
  const preload = `data:text/javascript,${encodeURIComponent(old)}`
  const bin = fileURLToPath(new URL(file, import.meta.url))
  return spawnSync(process.execPath, ['--import', preload, bin, '--help'], { encoding: 'utf8' })
}

it.each([
  ['tessera', '20.20.2', '../src/bin.ts', '24.7'],
  ['tessera', '24.6.0', '../src/bin.ts', '24.7'],
  ['tessera-contract', '20.20.2', '../src/contract/bin.ts', '24'],
])('%s on Node %s says which one it needs', (name, version, file, needed) => {
  expect(runOn(version, file)).toMatchObject({
    status: 1,
    stdout: '',
    stderr: `${name} needs Node ${needed} or later; this is ${version}\n`,
  })
})

it.each([
  ['tessera', '24.7.0', '../src/bin.ts'],
  ['tessera', '25.0.0', '../src/bin.ts'],
  ['tessera-contract', '24.0.0', '../src/contract/bin.ts'],
])('%s runs on Node %s', (_name, version, file) => {
  expect(runOn(version, file)).toMatchObject({ status: 0, stderr: '' })
})
