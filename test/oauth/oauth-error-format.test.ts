import { describe, expect, it } from 'vitest'
import { errorResponse, type Fault } from '#contract'
import { oauthErrors } from '../../src/oauth/oauth-error-format.ts'

const missing: Fault = { in: 'body', pointer: '/username', detail: 'is required' }
const long: Fault = { in: 'body', pointer: '/password', detail: 'is too long' }
const responseTo = (status: number, code: string, message: string, faults: readonly Fault[] = []) =>
  errorResponse({ status, code, message, faults }, oauthErrors)
const invalid = (message: string, faults?: readonly Fault[]) =>
  responseTo(400, 'invalid_request', message, faults).body

describe('an OAuth error', () => {
  it('has error and error_description, and is not cached [C6]', () => {
    expect(responseTo(401, 'invalid_client', 'No such client')).toEqual({
      status: 401,
      headers: { 'Cache-Control': 'no-store', Pragma: 'no-cache' },
      mediaType: 'application/json',
      body: { error: 'invalid_client', error_description: 'No such client' },
    })
  })

  it('is invalid_request for an HTTP error, and keeps the codes of OAuth [C6]', () => {
    const codes = [
      [404, 'not_found'],
      [405, 'method_not_allowed'],
      [413, 'content_too_large'],
      [415, 'unsupported_media_type'],
    ] as const
    for (const [status, code] of codes)
      expect(responseTo(status, code, 'No').body).toMatchObject({ error: 'invalid_request' })
    const kept = [
      [400, 'invalid_grant'],
      [401, 'invalid_client'],
      [429, 'temporarily_unavailable'],
      [500, 'server_error'],
      [503, 'temporarily_unavailable'],
    ] as const
    for (const [status, code] of kept)
      expect(responseTo(status, code, 'No').body).toMatchObject({ error: code })
  })

  it('names each field at fault', () => {
    expect(invalid('The request is invalid', [missing, long])).toMatchObject({
      error_description: 'username is required; password is too long',
    })
  })

  it('does not repeat the query [A9]', () => {
    const fault: Fault = { in: 'query', pointer: '/secret123', detail: "Unknown 'secret123'" }
    expect(JSON.stringify(invalid('The request is invalid', [fault]))).not.toContain('secret123')
  })

  it('has only characters that RFC 6749 allows, whatever the input [C7]', () => {
    const everyCharacter = String.fromCharCode(...Array(0x180).keys())
    for (const body of [
      invalid(everyCharacter),
      invalid('x', [{ in: 'body', pointer: `/${everyCharacter}`, detail: '"é😀"' }]),
    ])
      expect(body).toMatchObject({
        error_description: expect.stringMatching(/^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/),
      })
  })

  it('replaces double quotes by single quotes, and invalid characters by question marks [C7]', () => {
    expect(invalid('a "b" \\ é')).toMatchObject({
      error_description: "a 'b' ? ?",
    })
  })

  it('has a limited length', () => {
    expect(invalid('a'.repeat(5000))).toMatchObject({
      error_description: 'a'.repeat(1000),
    })
  })
})

describe('an OAuth error with several faults', () => {
  it('repeats no text [A9]', () => {
    const faults = ['/username', '/password'].map((pointer) => ({
      in: 'query' as const,
      pointer,
      detail: 'is not a parameter of this operation',
    }))
    const body = invalid('The request is invalid', faults)
    const error_description = 'Parameters belong in the body, not in the query'
    expect(body).toEqual({ error: 'invalid_request', error_description })
  })
})
