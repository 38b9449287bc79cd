/** Reads the fields of a record of an export, and collects what is wrong with them. The faults repeat no value: a hash may be in the wrong field. */
import type { UnixMs } from '../../store/schema.ts'

export type JsonObject = { readonly [name: string]: unknown }

export type Fields = ReturnType<typeof fieldsOf>

const maxNameLength = 50
const flags = new Map([
  ...['true', 't', '1', 'True'].map((text) => [text, true] as const),
  ...['false', 'f', '0', 'False'].map((text) => [text, false] as const),
])

/** A field that is absent, `null` or the empty text of a CSV column is undefined. */
export function fieldsOf(record: JsonObject, now: UnixMs) {
  const faults: string[] = []
  const read = new Set<string>()

  function given(name: string): unknown {
    read.add(name)
    const value = Object.hasOwn(record, name) ? record[name] : undefined
    return value === null || value === '' ? undefined : value
  }

  function fault(name: string, type: string): undefined {
    faults.push(`${name} must be ${type}`)
  }

  return {
    faults,
    text(name: string): string | undefined {
      const value = given(name)
      if (value === undefined || typeof value === 'string') return value
      return fault(name, 'of type string')
    },
    /** A text, or a number as text. */
    id(name: string): string | undefined {
      const value = given(name)
      if (value === undefined || typeof value === 'string') return value
      return Number.isSafeInteger(value) ? String(value) : fault(name, 'of type string')
    },
    /** A boolean, or a text or a number as databases export one. */
    flag(name: string): boolean | undefined {
      const value = given(name)
      if (value === undefined || typeof value === 'boolean') return value
      const isExported = typeof value === 'string' || typeof value === 'number'
      const flag = isExported ? flags.get(String(value)) : undefined
      return flag ?? fault(name, 'of type boolean')
    },
    /** A list of texts, or a text with spaces between them. */
    words(name: string): string[] | undefined {
      const value = given(name)
      if (value === undefined) return undefined
      if (typeof value === 'string') return value.split(' ').filter(Boolean)
      if (Array.isArray(value) && value.every((word) => typeof word === 'string')) return value
      return fault(name, 'a list of strings')
    },
    /** A time of ISO 8601, also with a space as in SQL, without a zone UTC; or milliseconds since 1970. */
    time(name: string): UnixMs | undefined {
      const value = given(name)
      if (value === undefined) return undefined
      const time = timeOf(value)
      if (time === undefined) return fault(name, 'a time such as 2024-05-01T12:00:00Z')
      return time <= now ? time : fault(name, 'in the past')
    },
    /** The names that were not read. */
    unread: (): string[] =>
      Object.keys(record)
        .filter((name) => !read.has(name))
        .map((name) => (/^\w+$/.test(name) && name.length <= maxNameLength ? name : '')),
  }
}

/** The object that a text is as JSON; otherwise one without members. */
export function parsedObject(json = ''): JsonObject {
  try {
    const value: unknown = JSON.parse(json)
    return isObject(value) ? value : {}
  } catch {
    return {}
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const iso =
  /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(?:(Z)|([+-]\d\d):?(\d\d)?)?)?$/

function timeOf(value: unknown): UnixMs | undefined {
  const time = typeof value === 'string' ? Date.parse(asIso(value)) : value
  return typeof time === 'number' && Number.isSafeInteger(time) && time >= 0 ? time : undefined
}

/** Milliseconds as text, as Firebase exports them, too. */
function asIso(text: string): string {
  if (/^\d{12,13}$/.test(text)) return new Date(Number(text)).toISOString()
  const [, day, time = '00:00', , hours, minutes = '00'] = iso.exec(text) ?? []
  return `${day}T${time}${hours ? `${hours}:${minutes}` : 'Z'}`
}
