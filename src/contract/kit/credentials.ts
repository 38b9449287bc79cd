/** Where credentials are sent: those of each security scheme at the place of this scheme. */
import type { Document } from '../document/openapi.ts'
import { type KitOperation, schemeOf } from './kit-operation.ts'
import type { Credentials } from './options.ts'

type Requirement = KitOperation['security'][number]

/** What each scheme sends, by its name. */
export type SchemeCredentials = Readonly<Record<string, Credentials>>

export interface PlacedCredential {
  readonly place: 'header' | 'query' | 'cookie'
  readonly name: string
  readonly value: string
}

/** A key is where its scheme says; everything else is a header. */
export function placed(document: Document, given: SchemeCredentials): PlacedCredential[] {
  return Object.entries(given).flatMap(([scheme, values]) => {
    const { in: key } = schemeOf(document, scheme)
    const place = key === 'query' || key === 'cookie' ? key : 'header'
    return Object.entries(values).map(([name, value]) => ({ place, name, value }))
  })
}

/** Values that the caller gives for a requirement as a whole: a key belongs to its scheme by its name, any other value to a header. */
export function byScheme(
  document: Document,
  requirement: Requirement,
  values: Credentials,
): SchemeCredentials {
  const schemes = Object.keys(requirement)
  const [first = ''] = schemes
  const other = schemes.length === 1 ? first : headers
  const given: Record<string, Record<string, string>> = {}
  for (const [name, value] of Object.entries(values)) {
    const scheme = schemes.find((each) => schemeOf(document, each).name === name) ?? other
    given[scheme] = { ...given[scheme], [name]: value }
  }
  return given
}

/** No scheme of a contract has this name. */
const headers = ''
