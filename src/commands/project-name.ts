/** The name of a project, which is that of its npm package and of its command. */

/** A name without a scope: lower case, safe in a URL, and not one that npm keeps to itself. */
const plain = /^(?!node_modules$|favicon\.ico$)[a-z0-9][a-z0-9._-]*$/

/** Whether npm takes it: `notes`, or `@acme/notes`. The scope of our own packages is refused: the project depends on them. */
export function isPackageName(name: string): boolean {
  const [, scope = 'none', rest = ''] = /^(?:@([^/]*)\/)?(.*)$/s.exec(name) ?? []
  if (scope === 'tessera-oauth') return false
  return name.length <= 214 && plain.test(scope) && plain.test(rest)
}

/** Of the name of a folder, what a package may be called. Undefined if nothing is left. */
export function packageNameOf(folder: string): string | undefined {
  const name = folder
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+|[._-]+$/g, '')
    .slice(0, 214)
  return isPackageName(name) ? name : undefined
}

/** Without the scope. */
export function commandNameOf(packageName: string): string {
  return packageName.replace(/^@.*\//, '')
}
