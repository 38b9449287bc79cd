import { suite } from './suite.ts'

// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default suite('world')
