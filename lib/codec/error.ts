/**
 * Why a value could not be read or written: `truncated` (a field runs past the end), `trailing`
 * (bytes left over), `bool` (a BOOL byte other than 0 or 1), `tag` (a structure tag of another
 * structure), `value` (outside the type's range), or the name of the TPM return code that the
 * specification gives for this field.
 */
export type CodecReason =
  | "truncated"
  | "trailing"
  | "bool"
  | "tag"
  | "value"
  | "TPM_BAD_KEY_PROPERTY"
  | "TPM_BAD_VERSION"
  | "TPM_INVALID_PCR_INFO"
  | "TPM_INVALID_STRUCTURE";

/** A failure to encode or decode; the message begins with the path of the field. */
export class CodecError extends RangeError {
  /** Name of the error class. */
  override readonly name = "CodecError";
  /** What was wrong. */
  readonly reason: CodecReason;
  readonly #detail: string;
  #fields = "";

  /** Makes an error that does not yet know in which structure it arose. */
  constructor(reason: CodecReason, detail: string) {
    super(detail);
    this.reason = reason;
    this.#detail = detail;
  }

  /** Says which field of which structure was being read or written, innermost first. */
  within(structure: string, field: string): this {
    this.#fields = this.#fields === "" ? field : `${field}.${this.#fields}`;
    this.message = `${structure}.${this.#fields}: ${this.#detail}`;
    return this;
  }
}
