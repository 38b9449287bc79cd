/** Our own server, held to openapi.yaml by the test kit. */
import { contractTests } from '#contract/vitest'
import { contract } from '../../generated/contract.ts'
import { ownOptions } from './own-kit.ts'

contractTests(contract, ownOptions)
