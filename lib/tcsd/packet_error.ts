/** TSS_E_INTERNAL_ERROR of the TCS layer: what a daemon answers to a packet it cannot read. */
export const TCS_E_INTERNAL_ERROR = 0x2004;

/**
 * A packet that breaks the protocol. The receiver answers {@linkcode TCS_E_INTERNAL_ERROR}, or
 * closes the connection when {@linkcode closes} says that no next packet can be found.
 */
export class PacketError extends Error {
  /** Name of the error class. */
  override readonly name = "PacketError";
  /** The result word of the answer. */
  readonly result: number = TCS_E_INTERNAL_ERROR;
  /** Whether the stream is lost: the size of the packet itself cannot be right. */
  readonly closes: boolean;

  /** Says what is wrong with the packet. */
  constructor(message: string, options: { readonly closes?: boolean } & ErrorOptions = {}) {
    super(message, options);
    this.closes = options.closes ?? false;
  }
}
