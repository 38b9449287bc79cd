/** Finds what references lead to, in the files of a contract and of packages. Nothing is read from a network. */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, parse } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { PlacedFault } from '../document/contract-fault.ts'
import { valueAt } from '../document/document.ts'
import { decodedFragment, escapePointer, isNode } from '../document/document-parts.ts'
import { readSource, type Source } from './contract-source.ts'

/** A part of a file. */
export interface Location {
  readonly source: Source
  readonly pointer: string
}

export function childOf({ source, pointer }: Location, name: string): Location {
  return { source, pointer: `${pointer}/${escapePointer(name)}` }
}

export function idOf({ source, pointer }: Location): string {
  return `${source.url.href}#${pointer}`
}

export function partAt({ source, pointer }: Location): unknown {
  return valueAt(source.value, pointer)
}

/** Such as `openapi.yaml:3:5`. */
export function placeText({ source, pointer }: Location): string {
  const { file, line, column } = source.placeOf(pointer)
  return `${file}:${line}:${column}`
}

export function faultAt({ source, pointer }: Location, text: string): PlacedFault {
  return { place: source.placeOf(pointer), text }
}

export interface ContractFile {
  readonly source: Source
  /** The name of a file of a package, such as `@scope/name/openapi.yaml`. */
  readonly packageFile: string | undefined
}

type Found = Pick<Source, 'url'> & Pick<ContractFile, 'packageFile'>

export interface ContractFilesReader {
  /** All files that were read, the contract first. */
  readonly files: () => readonly ContractFile[]
  readonly faults: readonly PlacedFault[]
  /** What a reference leads to, or what is wrong with it. */
  readonly locate: ($ref: string, from: Source) => Location | string
}

export function contractFiles(root: Source): ContractFilesReader {
  const contract = { source: root, packageFile: undefined }
  const files = new Map<string, ContractFile>([[root.url.href, contract]])
  const faults: PlacedFault[] = [...root.faults]
  return { files: () => [...files.values()], faults, locate }

  function locate($ref: string, from: Source): Location | string {
    const [file = '', fragment = ''] = $ref.split('#', 2)
    if (/^[a-z][a-z0-9+.-]+:/i.test(file))
      return `${$ref} is not a file: nothing is read from a network`
    const source = file === '' ? from : load(file, from)
    if (typeof source === 'string') return source
    const pointer = decodedFragment(fragment)
    if (pointer !== '' && !pointer.startsWith('/'))
      return `cannot resolve ${$ref}: refer to a place, such as #/components/schemas/Name`
    if (isNode(valueAt(source.value, pointer)) || source.faults.length > 0)
      return { source, pointer }
    const missing = source === from ? '' : `: ${source.name} has no ${pointer || 'object'}`
    return `cannot resolve ${$ref}${missing}`
  }

  function load(file: string, from: Source): Source | string {
    const found = find(file, from)
    if (typeof found === 'string') return found
    const known = files.get(found.url.href)
    if (known) return known.source
    try {
      const source = readSource(found.url)
      files.set(found.url.href, { source, packageFile: found.packageFile })
      faults.push(...source.faults)
      return source
    } catch {
      return `cannot read ${file}`
    }
  }

  /** A file beside one of a package is one of the package, too. */
  function find(file: string, from: Source): Found | string {
    const packageFile = packageFileIn(file)
    if (packageFile !== undefined) return findInPackage(packageFile, from.url)
    const { packageFile: of } = files.get(from.url.href) ?? {}
    const url = new URL(file, from.url)
    return { url, packageFile: of && new URL(file, `file:///${of}`).pathname.slice(1) }
  }
}

/** Packages are named by a scope, or after `node_modules`. */
function packageFileIn(file: string): string | undefined {
  if (file.startsWith('@')) return file
  return /^(?:\.\.?\/)*node_modules\/(.*)/.exec(file)?.[1]
}

/** Node knows where packages are installed. */
function findInPackage(packageFile: string, from: URL): Found | string {
  const require = createRequire(from)
  try {
    return { url: pathToFileURL(require.resolve(packageFile)), packageFile }
  } catch (error) {
    return `cannot find ${packageFile}: ${whyNotFound(packageFile, require, error)}`
  }
}

function whyNotFound(packageFile: string, require: NodeJS.Require, error: unknown): string {
  const [name = ''] = /^(@[^/]+\/)?[^/]+/.exec(packageFile) ?? []
  const isHidden =
    error instanceof Error && 'code' in error && error.code === 'ERR_PACKAGE_PATH_NOT_EXPORTED'
  if (isHidden)
    return `the package ${name} does not export this file: refer to one of the exports of its package.json`
  const folders = require.resolve.paths(packageFile) ?? []
  return folders.some((folder) => existsSync(join(folder, name)))
    ? `the package ${name} has no such file`
    : `the package ${name} is not installed: npm install ${name}`
}

/** The name of a part among the components of a kind; undefined for a part that has none of its own. */
export function componentName({ source, pointer }: Location, folder: string): string | undefined {
  const name = pointer === '' ? parse(fileURLToPath(source.url)).name : nameIn(pointer, folder)
  return name !== undefined && /^[\w.-]+$/.test(name) ? name : undefined
}

function nameIn(pointer: string, folder: string): string | undefined {
  const [, first = '', ...others] = pointer.split('/')
  const [second, third] = others
  if (others.length === 0) return first
  if (others.length === 1 && ['definitions', '$defs'].includes(first)) return second
  return others.length === 2 && first === 'components' && second === folder ? third : undefined
}
