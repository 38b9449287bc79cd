/** The version of this program, from the manifest above its folder: that of the repository, or that of the package. */
import { readFileSync } from 'node:fs'

const manifest = new URL('../package.json', import.meta.url)

export const { version }: { readonly version: string } = JSON.parse(readFileSync(manifest, 'utf8'))
