/** Says that a hash cannot be verified, with the name of its scheme if that is well known. Repeats nothing else of the text. */

/** What a hash begins with. Anything else may be a password in the wrong field. */
const knownSchemes: readonly (readonly [start: RegExp, name: string])[] = [
  [/^!/, 'of an unusable password'],
  [/^(argon2)?\$argon2(id|i|d)\$(v=16\$|m=)/, 'Argon2 of version 16'],
  [/^\$argon2|^argon2\$/, 'Argon2 of this form'],
  [/^(\{bcrypt\}|bcrypt\$|bcrypt_sha256\$)?\$2[abxy]?\$|^\$bcrypt-sha256\$/, 'bcrypt of this form'],
  [/^\$(1|apr1)\$/, 'MD5-crypt'],
  [/^\$5\$/, 'SHA-256-crypt'],
  [/^\$6\$/, 'SHA-512-crypt'],
  [/^\$y\$/, 'yescrypt'],
  [/^\$[PH]\$/, 'phpass'],
  [/^\$pbkdf2|^pbkdf2[_:]|^\{pbkdf2\}/i, 'PBKDF2 of this form'],
  [/^\$?scrypt[$:]|^\{scrypt\}/i, 'scrypt of this form'],
  [/^\{S?MD5\}|^(unsalted_)?md5\$/i, 'MD5'],
  [/^\{S?SHA\d*\}|^(unsalted_)?sha\d+[$:]/i, 'SHA'],
  [/^\{noop\}|^plain(text)?[:$]/i, 'plain text'],
]

export function unsupportedHash(hash: string): string {
  const [, name] = knownSchemes.find(([start]) => start.test(hash)) ?? []
  return `unsupported hash${name ? ` (${name})` : ''}: use bcrypt of cost 4 to 16, Argon2, PBKDF2, scrypt, or a hash of this server`
}
