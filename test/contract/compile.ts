/** Runs the TypeScript compiler in memory, on this repository with files replaced or added. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

/** A message of the compiler. Lines are counted from 1. */
export interface Diagnostic {
  readonly line: number
  readonly text: string
}

/** The text of each file, by its path from the root of the repository. */
export type Sources = Readonly<Record<string, string>>

const root = fileURLToPath(new URL('../../', import.meta.url))
const { options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile).config,
  ts.sys,
  root,
)
const onDisk = ts.createCompilerHost(options)

/** The files on disk, parsed once for all programs: the libraries are most of the work. */
const parsed = new Map<string, ts.SourceFile | undefined>()

/** Returns the messages for each snippet. Throws if `sources` do not compile. */
export function compile(sources: Sources, snippets: Sources): Map<string, Diagnostic[]> {
  const program = programOf({ ...sources, ...snippets })
  for (const path in sources) {
    const [fault] = diagnosticsOf(program, path)
    if (fault) throw new Error(`${path}:${fault.line} ${fault.text}`)
  }
  return new Map(Object.keys(snippets).map((path) => [path, diagnosticsOf(program, path)]))
}

function programOf(given: Sources): ts.Program {
  const texts = new Map(Object.entries(given).map(([path, text]) => [root + path, text]))
  const host: ts.CompilerHost = {
    ...onDisk,
    fileExists: (file) => texts.has(file) || existsSync(file),
    readFile: (file) => texts.get(file) ?? readFileSync(file, 'utf8'),
    getSourceFile: (file, language) => {
      const text = texts.get(file)
      if (text !== undefined) return ts.createSourceFile(file, text, language)
      if (!parsed.has(file)) parsed.set(file, onDisk.getSourceFile(file, language))
      return parsed.get(file)
    },
  }
  return ts.createProgram([...texts.keys()], options, host)
}

function diagnosticsOf(program: ts.Program, path: string): Diagnostic[] {
  return ts
    .getPreEmitDiagnostics(program, program.getSourceFile(root + path))
    .map(({ messageText, file, start = 0 }) => ({
      line: file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0,
      text: ts.flattenDiagnosticMessageText(messageText, '\n'),
    }))
}
