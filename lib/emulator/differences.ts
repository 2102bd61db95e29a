/** Where this TPM answers otherwise than libtpms, and why. */
export interface Difference {
  /** The command, or `any`. */
  readonly command: string;
  /** Where the specification says it. */
  readonly spec: string;
  /** In which case. */
  readonly when: string;
  /** What this TPM answers. */
  readonly ours: string;
  /** What libtpms 0.9.2 answers. */
  readonly libtpms: string;
  /** Why. */
  readonly reason: string;
}

/** The differences that were decided on. A test holds each to the libtpms at hand. */
export const DIFFERENCES: readonly Difference[] = [];
