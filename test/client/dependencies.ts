/** The package's dependency, the dependency of that, the one in the README's example, and the types of Node. */
export const clientDependencies = [
  'openapi-fetch',
  'openapi-typescript-helpers',
  'idb-keyval',
  '@types/node',
  'undici-types',
]
