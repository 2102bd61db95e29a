/** Bits of f0, f1 and of each attribute (l_f). */
export const BITS_F = 104;
/** Bits of a certificate's exponent e (l_e). */
export const BITS_E = 368;
/** Bits of the interval that e is chosen from (l_e'). */
export const BITS_E_PRIME = 120;
/** Bits of v'' (l_v). */
export const BITS_V = 2536;
/** Bits that make proofs tell nothing (l_phi). */
export const BITS_SAFETY = 80;
/** Bits of a hash (l_H). */
export const BITS_HASH = 160;
/** Bits of the issuer's modulus (l_n). */
export const BITS_N = 2048;
/** Bits at which a long exponent is cut in two (l_s). */
export const BITS_S = 1024;
/** Bits of Gamma (l_Gamma). */
export const BITS_GAMMA = 1632;
/** Bits of rho (l_rho). */
export const BITS_RHO = 208;
/** Bits of the random value that hides f0, f1 or an attribute. */
export const BITS_R_F: number = BITS_F + BITS_SAFETY + BITS_HASH;
