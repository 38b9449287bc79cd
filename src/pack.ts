/**
 * Run by npm around a pack: compiles the client, and leaves of package.json what the client needs for as long as npm reads it.
 * Otherwise whoever installs it would get the server's dependencies too, and the server's Node for all his scripts.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const path = (relative: string) => fileURLToPath(new URL(`../${relative}`, import.meta.url))
const manifest = path('package.json')
const setAside = path('dist/package.json')

function client(): void {
  // A pack that was broken off has left it there.
  if (existsSync(setAside)) whole()
  rmSync(path('dist'), { recursive: true, force: true })
  const compiler = path('node_modules/typescript/bin/tsc')
  execFileSync(process.execPath, [compiler, '-p', path('src/client')], { stdio: 'inherit' })
  const text = readFileSync(manifest, 'utf8')
  const { name, version, description, license, type, exports, files, dependencies, scripts } =
    JSON.parse(text)
  const { prepack, postpack } = scripts
  const packed = {
    ...{ name, version, description, license, private: true, type, exports, files },
    // npm looks for the one afterwards; the other mends a pack that was broken off.
    scripts: { prepack, postpack },
    engines: { node: '>=20' },
    dependencies: { 'openapi-fetch': dependencies['openapi-fetch'] },
  }
  mkdirSync(path('dist'), { recursive: true })
  writeFileSync(setAside, text)
  writeFileSync(manifest, `${JSON.stringify(packed, undefined, 2)}\n`)
}

function whole(): void {
  if (existsSync(setAside)) renameSync(setAside, manifest)
}

const [, , what] = process.argv
if (what === 'client') client()
else whole()
