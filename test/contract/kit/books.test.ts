import { contractTests } from '../../../src/contract/vitest.ts'
import { bookContract } from '../books.ts'
import { libraryOptions } from './library.ts'

const contract = bookContract()
contractTests(contract, libraryOptions(contract))
