#!/usr/bin/env node
/** The command of the package: `npx tessera`. Checks the Node version before it loads anything that needs it. */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (major < 24 || (major === 24 && minor < 7)) {
  process.stderr.write(`tessera needs Node 24.7 or later; this is ${process.versions.node}\n`)
  process.exit(1)
}

const { tessera } = await import('./main.ts')
await tessera.cli()
