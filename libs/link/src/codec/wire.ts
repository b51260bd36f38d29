// The generated messages, and what they are once decoded: every field is there, by the prototype's default if not by the bytes. So a message is
// read field by field, never spread.
import { checkstack } from '../generated/link.js';

export import wire = checkstack.link.v1;

type Scalar = string | number | boolean | Uint8Array;

/** Messages inside may be absent (null), scalars, lists and maps are not. */
export type Decoded<Message> = { [Key in keyof Message]-?: DecodedField<NonNullable<Message[Key]>> };

type DecodedField<Field> = Field extends Scalar
  ? Field
  : Field extends (infer Item)[]
    ? DecodedItem<Item>[]
    : string extends keyof Field
      ? Record<string, DecodedItem<Field[keyof Field]>>
      : Decoded<Field> | null;

type DecodedItem<Item> = Item extends Scalar ? Item : Decoded<Item>;
