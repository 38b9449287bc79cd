/** The type that refuses fields which a contract does not declare, at any depth: TypeScript checks literals for them, and variables not. */

/** The type of an undeclared field, so that the compiler's message names the field. */
export interface NotInTheContract<Field> {
  readonly field: Field
}

/** `Actual` if it has no field that `Shape` lacks, at any depth: a variable cannot carry undeclared fields into a response. */
export type Exactly<Actual, Shape> = unknown extends Shape
  ? Actual
  : Actual extends readonly unknown[]
    ? Elements<Shape> extends readonly (infer Member)[]
      ? { [At in keyof Actual]: Exactly<Actual[At], Member> }
      : Shape
    : Actual extends object
      ? Fields<Actual, Fitting<Actual, Shape>>
      : [Actual] extends [Shape]
        ? Actual
        : Shape

type Fields<Actual, Shape> = {
  [Key in keyof Actual]: Key extends KeyOf<Shape>
    ? Exactly<Actual[Key], ValueOf<Shape, Key>>
    : Undeclared<Key, Actual[Key]>
}

/** The members of a union to which `Actual` is assignable, or all if there are none. */
type Fitting<Actual, Shape> = [MembersFor<Actual, Shape>] extends [never]
  ? Shape
  : MembersFor<Actual, Shape>
type MembersFor<Actual, Shape> = Shape extends unknown
  ? Actual extends Shape
    ? Shape
    : never
  : never

/** The arrays, fields and values of any member of a union. */
type Elements<Shape> = Extract<Shape, readonly unknown[]>
type KeyOf<Shape> = Shape extends object ? keyof Shape : never
type ValueOf<Shape, Key> = Shape extends object
  ? Key extends keyof Shape
    ? Shape[Key]
    : never
  : never

/** `any` is assignable to everything but `never`. */
type Undeclared<Key, Value> = 0 extends 1 & Value ? never : NotInTheContract<Key>
