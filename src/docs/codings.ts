/** The content codings of the documentation (RFC 9110 §8.4.1), best first. */
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'

export const codings = {
  br: {
    extension: '.br',
    compress: (content: Buffer) => brotliCompressSync(content),
    decompress: (content: Buffer) => brotliDecompressSync(content),
  },
  gzip: {
    extension: '.gz',
    compress: (content: Buffer) => gzipSync(content, { level: 9 }),
    decompress: (content: Buffer) => gunzipSync(content),
  },
} as const

export type Coding = keyof typeof codings

/** Best first. */
export const codingNames = ['br', 'gzip'] as const satisfies readonly Coding[]
