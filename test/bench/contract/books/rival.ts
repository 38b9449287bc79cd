/** Imports a package that `npm run test:world -- rivals` and `npm run bench:contract` install beside this repository's own. */
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { rivalsFolder } from '../../../contract/rivals/install.ts'

/** Not typed: the packages are not among those of this repository. */
export async function rival(name: string) {
  const { resolve } = createRequire(`${rivalsFolder}/package.json`)
  return await import(pathToFileURL(resolve(name)).href)
}
