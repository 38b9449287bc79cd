/** The locations of `openapi.yaml` and `generated/`. */

export const contractFile = new URL('../../openapi.yaml', import.meta.url)
export const generatedFolder = new URL('../../generated/', import.meta.url)
