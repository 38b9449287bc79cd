#!/usr/bin/env node
/** The program of the package: `npx @tessera-oauth/contract`. Checks the Node version before it loads anything that needs it. */
const { node } = process.versions

if (Number.parseInt(node, 10) < 24) {
  process.stderr.write(`tessera-contract needs Node 24 or later; this is ${node}\n`)
  process.exit(1)
}

const { runCommand } = await import('./generate/command.ts')
process.exitCode = await runCommand(process.argv.slice(2))
