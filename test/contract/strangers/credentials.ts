/** Credentials of any contract: where each scheme has them, with the scopes in their text. */
import type { Request } from 'express'
import type { Contract } from '#contract'
import { resolve } from '../../../src/contract/document/document.ts'
import { cookiesIn } from '../../../src/contract/request/cookies.ts'

interface Scheme {
  readonly type: string
  readonly in?: string
  readonly name?: string
  readonly scheme?: string
}

type Refuse = Readonly<
  Record<401 | 403, (code: string, message: string, init?: typeof challenge) => Error>
>

/** Security checks, by the names of their schemes. */
export type Checks = Readonly<
  Record<string, (req: Request, scopes: readonly string[], refuse: Refuse) => Promise<object>>
>

/** Security checks that refuse anything else with 401, and credentials without the scopes with 403. */
export function checksOf(contract: Contract): Checks {
  const checks = schemesOf(contract).map(([id, scheme]): [string, Checks[string]] => [
    id,
    async (req, scopes, refuse) => {
      const [start, ...given] = textIn(req, scheme).split('~')
      if (start !== startOf(id, scheme)) throw refuse[401]('error', 'Not authenticated', challenge)
      if (scopes.some((scope) => !given.includes(scope)))
        throw refuse[403]('error', 'Not authorized')
      return {}
    },
  ])
  return Object.fromEntries(checks)
}

const challenge = { headers: { 'WWW-Authenticate': 'Bearer' } }

/** For `contractTests`. */
export function credentialsOf(contract: Contract) {
  const credentials = schemesOf(contract).map(([id, scheme]) => [
    id,
    (scopes: readonly string[]) => ({
      [scheme.name ?? 'authorization']: [startOf(id, scheme), ...scopes].join('~'),
    }),
  ])
  return Object.fromEntries(credentials)
}

function schemesOf({ document }: Contract): [string, Scheme][] {
  const declared = document.components?.securitySchemes ?? {}
  return Object.entries(declared).map(([id, scheme]) => [id, resolve<Scheme>(document, scheme)])
}

/** With its name: schemes that are alternatives may share a header. */
function startOf(id: string, { type, scheme }: Scheme): string {
  if (type === 'apiKey') return id
  return `${/^basic$/i.test(scheme ?? '') ? 'Basic' : 'Bearer'} ${id}`
}

function textIn(req: Request, { in: place, name = 'authorization' }: Scheme): string {
  if (place === 'query') return new URL(req.url, 'http://localhost').searchParams.get(name) ?? ''
  if (place === 'cookie') return [cookiesIn(req.headers.cookie ?? '')[name]].flat()[0] ?? ''
  return [req.headers[name.toLowerCase()]].flat()[0] ?? ''
}
