/** Before the tests of a mutant: where their databases lie. */
import { makeRunFolder } from '../harness/volatile-folder.ts'

// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default function setup(): void {
  makeRunFolder()
}
