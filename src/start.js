// Checks the Node version before anything that an older one cannot read is loaded, then runs the command line.
import { enableCompileCache } from 'node:module'

const [major = 0] = process.versions.node.split('.').map(Number)

if (major < 24) {
  process.stderr.write(
    `Tessera needs Node 24 or later, and this is ${process.versions.node}. npm brings one along: run it as npm start or npm run demo.\n`,
  )
  process.exit(1)
}

// Node keeps what it has compiled for the next start, where it can.
enableCompileCache()
await import('./main.ts')
