/** The content codings of the documentation (RFC 9110 §8.4.1), best first. */
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'

export const codings = {
  br: { extension: '.br', compress: brotliCompressSync, decompress: brotliDecompressSync },
  gzip: { extension: '.gz', compress: gzipBest, decompress: gunzipSync },
} as const

function gzipBest(content: Buffer): Buffer {
  return gzipSync(content, { level: 9 })
}

export type Coding = keyof typeof codings

/** Best first. */
export const codingNames = ['br', 'gzip'] as const satisfies readonly Coding[]
