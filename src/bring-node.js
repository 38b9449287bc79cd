// Run by npm after an install: links the installed Node into node_modules/.bin, which npm scripts search first. npm 11 does so
// itself; npm 10 removes the link again with the packages for other platforms.
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'

const modules = new URL('../node_modules/', import.meta.url)
const isWindows = process.platform === 'win32'
const platform = isWindows ? 'win' : process.platform
const names = [`node-${platform}-${process.arch}`, `node-bin-${platform}-${process.arch}`]
const binary = names
  .map((name) => `${name}/bin/node${isWindows ? '.exe' : ''}`)
  .find((path) => existsSync(new URL(path, modules)))
const link = new URL(isWindows ? '.bin/node.cmd' : '.bin/node', modules)

if (binary && !existsSync(link)) {
  mkdirSync(new URL('.bin/', modules), { recursive: true })
  if (isWindows) writeFileSync(link, `@"%~dp0\\..\\${binary.replaceAll('/', '\\')}" %*\r\n`)
  else symlinkSync(`../${binary}`, link)
}
