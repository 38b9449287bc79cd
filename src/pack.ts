/**
 * The first step of `npm run pack`: `dist/client`, with what the package of the client holds besides its code.
 * The paths in its manifest are those that the compiler, the second step, gives the code there.
 */
import { cpSync, rmSync } from 'node:fs'
import { basename } from 'node:path'

rmSync('dist/client', { recursive: true, force: true })
for (const file of ['src/client/package.json', 'src/client/README.md', 'LICENSE'])
  cpSync(file, `dist/client/${basename(file)}`)
