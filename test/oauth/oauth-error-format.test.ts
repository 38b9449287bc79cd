import { describe, expect, it } from 'vitest'
import {
  BadRequest,
  ContentTooLarge,
  type Fault,
  InternalServerError,
  MethodNotAllowed,
  NotFound,
  Refusal,
  ServiceUnavailable,
  UnsupportedMediaType,
} from '#contract'
import { oauthErrors } from '../../src/oauth/oauth-error-format.ts'

const missing: Fault = { in: 'body', pointer: '/username', detail: 'is required' }
const long: Fault = { in: 'body', pointer: '/password', detail: 'is too long' }
const descriptionOf = (refusal: Refusal) => oauthErrors.toResponse(refusal).body

describe('an OAuth error', () => {
  it('has error and error_description, and is not cached [C6]', () => {
    expect(oauthErrors.toResponse(new Refusal(401, 'invalid_client', 'No such client'))).toEqual({
      status: 401,
      headers: { 'Cache-Control': 'no-store', Pragma: 'no-cache' },
      mediaType: 'application/json',
      body: { error: 'invalid_client', error_description: 'No such client' },
    })
  })

  it('is invalid_request for an HTTP error, and keeps the codes of OAuth [C6]', () => {
    const errorOf = (refusal: Refusal) => oauthErrors.toResponse(refusal).body
    for (const refusal of [
      new NotFound(),
      new MethodNotAllowed('POST'),
      new ContentTooLarge(8192),
      new UnsupportedMediaType('A form, please'),
    ])
      expect(errorOf(refusal)).toMatchObject({ error: 'invalid_request' })
    for (const refusal of [
      new Refusal(400, 'invalid_grant', 'Wrong'),
      new Refusal(401, 'invalid_client', 'Wrong'),
      new Refusal(429, 'temporarily_unavailable', 'Later'),
      new InternalServerError('x'),
      new ServiceUnavailable('Busy', 1),
    ])
      expect(errorOf(refusal)).toMatchObject({ error: refusal.code })
  })

  it('names each field at fault', () => {
    const refusal = new BadRequest('The request is invalid', { faults: [missing, long] })
    expect(descriptionOf(refusal)).toMatchObject({
      error_description: 'username is required; password is too long',
    })
  })

  it('does not repeat the query [A9]', () => {
    const fault: Fault = { in: 'query', pointer: '/secret123', detail: "Unknown 'secret123'" }
    const refusal = new BadRequest('The request is invalid', { faults: [fault] })
    expect(JSON.stringify(oauthErrors.toResponse(refusal))).not.toContain('secret123')
  })

  it('has only characters that RFC 6749 allows, whatever the input [C7]', () => {
    const everyCharacter = String.fromCharCode(...Array(0x180).keys())
    for (const refusal of [
      new BadRequest(everyCharacter),
      new BadRequest('x', {
        faults: [{ in: 'body', pointer: `/${everyCharacter}`, detail: '"é😀"' }],
      }),
    ])
      expect(descriptionOf(refusal)).toMatchObject({
        error_description: expect.stringMatching(/^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/),
      })
  })

  it('replaces double quotes by single quotes, and invalid characters by question marks [C7]', () => {
    expect(descriptionOf(new BadRequest('a "b" \\ é'))).toMatchObject({
      error_description: "a 'b' ? ?",
    })
  })

  it('has a limited length', () => {
    expect(descriptionOf(new BadRequest('a'.repeat(5000)))).toMatchObject({
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
    const { body } = oauthErrors.toResponse(new BadRequest('The request is invalid', { faults }))
    const error_description = 'Parameters belong in the body, not in the query'
    expect(body).toEqual({ error: 'invalid_request', error_description })
  })
})
