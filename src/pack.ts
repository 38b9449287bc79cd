/**
 * The first step of `npm run pack`: creates `dist/client` with the files of the client package that are not compiled.
 * The compiler, the second step, writes the code to the paths that the manifest names.
 */
import { cpSync, rmSync } from 'node:fs'
import { basename } from 'node:path'

rmSync('dist/client', { recursive: true, force: true })
for (const file of ['src/client/package.json', 'src/client/README.md', 'LICENSE'])
  cpSync(file, `dist/client/${basename(file)}`)
