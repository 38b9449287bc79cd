/** The type of the body that a handler gets, by its media type. */
import type { Readable } from 'node:stream'
import type { UploadedFile } from './uploaded-file.ts'

export type Json = 'application/json' | `application/${string}+json`

/** Without parameters, in lower case, as `essenceOf`. */
export type EssenceOf<Type> = Type extends string
  ? Lowercase<Type> extends `${infer Essence};${string}`
    ? WithoutSpace<Essence>
    : Lowercase<Type>
  : never
type WithoutSpace<Text> = Text extends `${infer Start} ` ? WithoutSpace<Start> : Text

/** JSON and forms are parsed and checked; other text is a string; anything else are bytes, or a stream of them (`x-stream`). */
export type Received<Type, Shape, Entry> =
  EssenceOf<Type> extends Json | 'application/x-www-form-urlencoded'
    ? Shape
    : EssenceOf<Type> extends 'multipart/form-data'
      ? WithFiles<Shape, Entry>
      : EssenceOf<Type> extends `text/${string}`
        ? string
        : Entry extends { readonly streams: readonly (infer Streamed)[] }
          ? Type extends Streamed
            ? Readable
            : Uint8Array
          : Uint8Array

/** openapi-typescript has strings for files. */
type WithFiles<Shape, Entry> = Entry extends { readonly files: infer Files }
  ? {
      [Key in keyof Shape]: Key extends keyof Files
        ? Files[Key] extends 'list'
          ? readonly UploadedFile[]
          : UploadedFile
        : Shape[Key]
    }
  : Shape
