/** Creates `refuse`: a function for each error of an operation, which makes a refusal that the operation declares. */
import type { Operation } from '../document/operation-table.ts'
import { responseKey } from '../document/response-key.ts'
import { Refusal, type RefusalOptions } from './refusal.ts'

/** `status` is given for a range of statuses only. */
interface RefusalInit extends Omit<RefusalOptions, 'headers'> {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string | number>>
}

/** `Refuse`, without the types of a contract. */
export type AnyRefuse = Readonly<
  Record<string, (code: string, message: string, init?: RefusalInit) => Refusal>
>

/** A function for each status from 400, each range of them, and `default`. Throws a `TypeError` for a status or a code that is not declared. */
export function refuser(id: string, { responses, codes = {} }: Operation): AnyRefuse {
  const refuse: Record<string, AnyRefuse[string]> = {}
  for (const key of Object.keys(responses).filter((each) => /^([45]|default)/.test(each)))
    refuse[key] = (code, message, { status = Number(key), ...init } = {}) => {
      const isDeclared = codes[key]?.includes(code) ?? true
      if (status < 400 || responseKey(responses, status) !== key || !isDeclared)
        throw new TypeError(
          `${id} refused with ${status} ${code}, which openapi.yaml does not declare`,
        )
      return made(refuse, status, code, message, init)
    }
  return Object.freeze(refuse)
}

/**
 * `refuse` for security checks: with the usual refusals of checks, declared or not, as the layer refuses itself. The types allow 401 and
 * 403, and the others where every operation with the scheme declares them.
 */
export function checkRefuser(refuse: AnyRefuse): AnyRefuse {
  const undeclared = [400, 401, 403, 429, 503].map((status): [string, AnyRefuse[string]] => [
    String(status),
    (code, message, init = {}) => made(refuse, status, code, message, init),
  ])
  return Object.freeze({ ...Object.fromEntries(undeclared), ...refuse })
}

function made(
  refuse: AnyRefuse,
  status: number,
  code: string,
  message: string,
  { headers = {}, ...init }: RefusalInit,
): Refusal {
  const texts = Object.entries(headers).map(([name, value]) => [name, String(value)])
  return new Refusal(status, code, message, { headers: Object.fromEntries(texts), ...init }, refuse)
}
