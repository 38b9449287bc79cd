// Checks the Node version before anything that an older one cannot read is loaded, then runs the command line.
import module from 'node:module'
import { fileURLToPath } from 'node:url'

const [major = 0] = process.versions.node.split('.').map(Number)

if (major < 24) {
  process.stderr.write(
    `Tessera needs Node 24 or later, and this is ${process.versions.node}. npm install brings one: npm start and npm run demo use it, and so does node_modules/.bin/node.\n`,
  )
  process.exit(1)
}

// Node keeps what it has compiled for the next start. Not in the shared temp folder, where others could put something.
module.enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/compile', import.meta.url)))
const { commandLine } = await import('./main.ts')
const status = await commandLine(process.argv.slice(2))
if (status !== 0) process.exitCode = status
