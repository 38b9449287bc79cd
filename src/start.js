// Checks the Node version before loading anything that an older Node cannot parse, then runs the command line.
import module from 'node:module'
import { fileURLToPath } from 'node:url'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

// 24.7 has Argon2.
if (major < 24 || (major === 24 && minor < 7)) {
  process.stderr.write(
    `Tessera needs Node 24.7 or later; this is ${process.versions.node}. npm ci installs one as node_modules/.bin/node, which npm start and npm run demo use, or says why it does not run here.
`,
  )
  process.exit(1)
}

// Caches compiled code for the next start. Not in the shared temporary folder, to which other users can write.
module.enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/compile', import.meta.url)))
const { tessera } = await import('./main.ts')
await tessera.cli()
