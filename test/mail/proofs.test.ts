import { describe, expect, it } from 'vitest'
import { deriveKey } from '../../src/keys/secrets.ts'
import { isProofOf, type ProofSubject, proofOf, readProof } from '../../src/mail/proofs.ts'

const key = deriveKey('a secret of at least 32 bytes, for tests', 'derive mailed proofs')
const otherKey = deriveKey('another secret of at least 32 bytes, too', 'derive mailed proofs')

const subject: ProofSubject = {
  proofId: 'pr_1',
  kind: 'password_reset',
  userId: 'u_1',
  email: 'johndoe@example.com',
}

const { secret, code } = proofOf(key, subject)
const isProof = (text: string, of = subject, keys: readonly Uint8Array[] = [key]) => {
  const presented = readProof(text)
  return presented !== undefined && isProofOf(keys, of, presented)
}

describe('a mailed proof', () => {
  it('is 256 bits for a link, and eight characters of 32 for typing [K64]', () => {
    expect(secret).toMatch(/^[\w-]{43}$/)
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/)
    const many = Array.from({ length: 400 }, (_, n) =>
      proofOf(key, { ...subject, proofId: `pr_${n}` }),
    )
    expect(new Set(many.map((each) => each.code)).size).toBe(400)
    const characters = new Set(many.flatMap((each) => [...each.code.replace('-', '')]))
    expect(characters.size).toBe(32)
  })

  it('is the same each time it is derived, so that a mail can be sent again', () => {
    expect(proofOf(key, { ...subject })).toEqual({ secret, code })
  })

  it('proves what its row says, and nothing else [K64]', () => {
    for (const proof of [secret, code]) {
      expect(isProof(proof)).toBe(true)
      for (const other of [
        { proofId: 'pr_2' },
        { kind: 'email_change' },
        { userId: 'u_2' },
        { email: 'jane@example.com' },
      ] as const)
        expect(isProof(proof, { ...subject, ...other })).toBe(false)
    }
    // Each text counts with its length.
    const shifted = { ...subject, proofId: 'pr_', kind: '1password_reset' as 'password_reset' }
    expect(proofOf(key, shifted)).not.toEqual({ secret, code })
  })

  it('is verified by the previous key, too [K64]', () => {
    for (const proof of [secret, code]) {
      expect(isProof(proof, subject, [otherKey])).toBe(false)
      expect(isProof(proof, subject, [otherKey, key])).toBe(true)
    }
  })

  it('is not in its code, nor the code in it', () => {
    expect(secret.toUpperCase()).not.toContain(code.replace('-', ''))
  })
})

describe('a code', () => {
  it('is read in any case, without hyphens and spaces, and with O for 0, I and L for 1 [K64]', () => {
    const plain = code.replace('-', '')
    for (const typed of [plain, plain.toLowerCase(), ` ${code} `, [...plain].join(' ')])
      expect(isProof(typed)).toBe(true)
    expect(readProof('oil2-OIL3')).toEqual({ form: 'code', value: '01120113' })
  })

  it.each([
    '',
    'X',
    code.slice(1),
    `${code}0`,
    'UUUU-UUUU',
    secret.slice(1),
    `${secret}A`,
    '١٢٣٤٥٦٧٨',
  ])('of another form is none: %j', (text) => {
    expect(readProof(text)).toBeUndefined()
  })
})
