;; Two modular exponentiations at once, one in each half of a 128-bit vector.
;;
;; A number is `limbs` digits of 51 bits, lowest first, each a whole f64; digit i of both numbers is
;; the f64x2 at 16 i. The product of two digits takes two fused multiply-adds:
;;   hi = x y + c1           c1 = 3 2^102: rounds x y to a multiple of 2^51, kept in hi's low bits
;;   lo = x y + (c2 - hi)    c2 = c1 + 3 2^51: the rest of x y, exactly and with its sign, plus 3 2^51
;; Read as i64 each of them is a constant plus the integer it stands for, so columns are summed up as
;; integers, and a bias for the column takes all its constants out again. It also adds 2^60, to keep
;; the sum positive. (After N. Emmart, "Faster modular exponentiation using double precision floating
;; point arithmetic on the GPU", 2018.)
;;
;; multiply is Montgomery's: with R = 2^(51 limbs) it gives a b / R mod n, below 2 n when a and b are
;; and R >= 4 n.
;;
;; 0x0000 -1/n mod 2^51   0x0400 n                 0x0800 one: 1, 0, 0 ...   0x0c00 the result
;; 0x0020 constants       0x1000 m of multiply     0x1400 the factor         0x2000 and 0x2800 the hexa-
;; 0x0060 biases, i64     0x4000 powers 0 to 15 of the base                  decimal digits of both exponents
(module
  (memory (export "memory") 1)
  ;; Constants written where they are used would be made anew in every turn of a loop.
  (data (i32.const 0x0020)
    "\00\00\00\00\00\00\68\46\00\00\00\00\00\00\68\46"  ;; c1
    "\03\00\00\00\00\00\68\46\03\00\00\00\00\00\68\46"  ;; c2
    "\ff\ff\ff\ff\ff\ff\07\00\ff\ff\ff\ff\ff\ff\07\00"  ;; mask = 2^51 - 1
    "\00\00\00\00\00\00\30\43\00\00\00\00\00\00\30\43") ;; 2^52 as f64: its exponent with no digits
  ;; The bytes of one number, 16 limbs.
  (global $size (mut i32) (i32.const 0))

  ;; The low 51 bits of integers as f64.
  (func $digit (param $x v128) (param $mask v128) (param $two52 v128) (result v128)
    (f64x2.sub
      (v128.or (v128.and (local.get $x) (local.get $mask)) (local.get $two52))
      (local.get $two52)))

  ;; out = a b / R mod n. All three may be the same number.
  (func $multiply (param $out i32) (param $a i32) (param $b i32)
    (local $c1 v128) (local $c2 v128) (local $mask v128) (local $two52 v128)
    (local $k i32) (local $skip i32) (local $end i32)
    (local $pa i32) (local $pb i32) (local $pm i32) (local $pn i32)
    (local $low v128) (local $high v128) (local $sum v128)
    (local $x v128) (local $y v128) (local $hi v128)
    (local.set $c1 (v128.load (i32.const 0x0020)))
    (local.set $c2 (v128.load (i32.const 0x0030)))
    (local.set $mask (v128.load (i32.const 0x0040)))
    (local.set $two52 (v128.load (i32.const 0x0050)))
    (loop $column ;; k is 16 times its number; low and high sum up the column and the next one.
      (local.set $low (i64x2.add (local.get $high)
        (v128.load64_splat offset=0x0060 (i32.shr_u (local.get $k) (i32.const 1)))))
      (local.set $high (v128.const i64x2 0 0))
      ;; Digits i of a and m meet digits k - i of b and n, from i = skip on.
      (local.set $skip (select
        (i32.add (i32.sub (local.get $k) (global.get $size)) (i32.const 16))
        (i32.const 0)
        (i32.ge_u (local.get $k) (global.get $size))))
      (local.set $pa (i32.add (local.get $a) (local.get $skip)))
      (local.set $pb (i32.add (local.get $b) (i32.sub (local.get $k) (local.get $skip))))
      (if (i32.eq (local.get $a) (local.get $b))
        (then ;; A square: every two different digits once and doubled, then the one in the middle.
          (local.set $sum (v128.const i64x2 0 0))
          (block $none
            (br_if $none (i32.ge_u (local.get $pa) (local.get $pb)))
            (loop $pairs
              (local.set $x (v128.load (local.get $pa)))
              (local.set $y (v128.load (local.get $pb)))
              (local.set $hi
                (f64x2.relaxed_madd (local.get $x) (local.get $y) (local.get $c1)))
              (local.set $high (i64x2.add (local.get $high) (local.get $hi)))
              (local.set $sum (i64x2.add (local.get $sum)
                (f64x2.relaxed_madd (local.get $x) (local.get $y)
                  (f64x2.sub (local.get $c2) (local.get $hi)))))
              (local.set $pa (i32.add (local.get $pa) (i32.const 16)))
              (local.set $pb (i32.sub (local.get $pb) (i32.const 16)))
              (br_if $pairs (i32.lt_u (local.get $pa) (local.get $pb)))))
          (local.set $high (i64x2.shl (local.get $high) (i32.const 1)))
          (local.set $low (i64x2.add (local.get $low)
            (i64x2.shl (local.get $sum) (i32.const 1))))
          (if (i32.eq (local.get $pa) (local.get $pb))
            (then
              (local.set $x (v128.load (local.get $pa)))
              (local.set $hi
                (f64x2.relaxed_madd (local.get $x) (local.get $x) (local.get $c1)))
              (local.set $high (i64x2.add (local.get $high) (local.get $hi)))
              (local.set $low (i64x2.add (local.get $low)
                (f64x2.relaxed_madd (local.get $x) (local.get $x)
                  (f64x2.sub (local.get $c2) (local.get $hi))))))))
        (else
          (local.set $end (i32.add (local.get $b) (local.get $skip)))
          (block $none
            (br_if $none (i32.lt_u (local.get $pb) (local.get $end)))
            (loop $products
              (local.set $x (v128.load (local.get $pa)))
              (local.set $y (v128.load (local.get $pb)))
              (local.set $hi
                (f64x2.relaxed_madd (local.get $x) (local.get $y) (local.get $c1)))
              (local.set $high (i64x2.add (local.get $high) (local.get $hi)))
              (local.set $low (i64x2.add (local.get $low)
                (f64x2.relaxed_madd (local.get $x) (local.get $y)
                  (f64x2.sub (local.get $c2) (local.get $hi)))))
              (local.set $pa (i32.add (local.get $pa) (i32.const 16)))
              (local.set $pb (i32.sub (local.get $pb) (i32.const 16)))
              (br_if $products (i32.ge_u (local.get $pb) (local.get $end)))))))
      ;; The same for the digits of m known so far, and n.
      (local.set $pm (i32.add (i32.const 0x1000) (local.get $skip)))
      (local.set $pn (i32.add (i32.const 0x0400) (i32.sub (local.get $k) (local.get $skip))))
      (local.set $end (i32.add (i32.const 0x1000) (select
        (local.get $k)
        (global.get $size)
        (i32.lt_u (local.get $k) (global.get $size)))))
      (block $none
        (br_if $none (i32.ge_u (local.get $pm) (local.get $end)))
        (loop $products
          (local.set $x (v128.load (local.get $pm)))
          (local.set $y (v128.load (local.get $pn)))
          (local.set $hi (f64x2.relaxed_madd (local.get $x) (local.get $y) (local.get $c1)))
          (local.set $high (i64x2.add (local.get $high) (local.get $hi)))
          (local.set $low (i64x2.add (local.get $low)
            (f64x2.relaxed_madd (local.get $x) (local.get $y)
              (f64x2.sub (local.get $c2) (local.get $hi)))))
          (local.set $pm (i32.add (local.get $pm) (i32.const 16)))
          (local.set $pn (i32.sub (local.get $pn) (i32.const 16)))
          (br_if $products (i32.lt_u (local.get $pm) (local.get $end)))))
      (if (i32.lt_u (local.get $k) (global.get $size))
        (then ;; Digit k of m, low (-1/n) mod 2^51, makes the column a multiple of 2^51.
          (local.set $x
            (call $digit (local.get $low) (local.get $mask) (local.get $two52)))
          (local.set $y (v128.load (i32.const 0x0000)))
          (local.set $hi (f64x2.relaxed_madd (local.get $x) (local.get $y) (local.get $c1)))
          (local.set $x (call $digit
            (f64x2.relaxed_madd (local.get $x) (local.get $y)
              (f64x2.sub (local.get $c2) (local.get $hi)))
            (local.get $mask) (local.get $two52)))
          (v128.store (local.get $pm) (local.get $x))
          (local.set $y (v128.load (i32.const 0x0400)))
          (local.set $hi (f64x2.relaxed_madd (local.get $x) (local.get $y) (local.get $c1)))
          (local.set $high (i64x2.add (local.get $high) (local.get $hi)))
          (local.set $low (i64x2.add (local.get $low)
            (f64x2.relaxed_madd (local.get $x) (local.get $y)
              (f64x2.sub (local.get $c2) (local.get $hi))))))
        (else ;; The upper half of the columns is the result.
          (v128.store
            (i32.add (local.get $out) (i32.sub (local.get $k) (global.get $size)))
            (call $digit (local.get $low) (local.get $mask) (local.get $two52)))))
      (local.set $high (i64x2.add (local.get $high)
        (i64x2.shr_u (local.get $low) (i32.const 51))))
      (local.set $k (i32.add (local.get $k) (i32.const 16)))
      (br_if $column (i32.lt_u (local.get $k) (i32.shl (global.get $size) (i32.const 1))))))

  ;; The caller has put R mod n at 0x0c00 and as power 0, and base R mod n as power 1. Exponents are
  ;; read from their highest digit on, and take as many digits as each other.
  (func (export "pow") (param $limbs i32) (param $digits i32)
    (local $i i32) (local $j i32) (local $power i32) (local $left i32) (local $right i32)
    (global.set $size (i32.shl (local.get $limbs) (i32.const 4)))
    (local.set $power (i32.add (i32.const 0x4000) (global.get $size)))
    (loop $powers ;; 2 to 15
      (call $multiply
        (i32.add (local.get $power) (global.get $size))
        (local.get $power)
        (i32.add (i32.const 0x4000) (global.get $size)))
      (local.set $power (i32.add (local.get $power) (global.get $size)))
      (br_if $powers (i32.lt_u (local.get $power)
        (i32.add (i32.const 0x4000) (i32.mul (global.get $size) (i32.const 15))))))
    (loop $digit
      (call $multiply (i32.const 0x0c00) (i32.const 0x0c00) (i32.const 0x0c00))
      (call $multiply (i32.const 0x0c00) (i32.const 0x0c00) (i32.const 0x0c00))
      (call $multiply (i32.const 0x0c00) (i32.const 0x0c00) (i32.const 0x0c00))
      (call $multiply (i32.const 0x0c00) (i32.const 0x0c00) (i32.const 0x0c00))
      ;; Each half of the factor is the power that the digit of its own exponent names.
      (local.set $left (i32.add (i32.const 0x4000)
        (i32.mul (global.get $size) (i32.load8_u offset=0x2000 (local.get $i)))))
      (local.set $right (i32.add (i32.const 0x4008)
        (i32.mul (global.get $size) (i32.load8_u offset=0x2800 (local.get $i)))))
      (local.set $j (i32.const 0))
      (loop $pick
        (v128.store offset=0x1400 (local.get $j)
          (v128.load64_lane 1 (i32.add (local.get $right) (local.get $j))
            (v128.load64_zero (i32.add (local.get $left) (local.get $j)))))
        (local.set $j (i32.add (local.get $j) (i32.const 16)))
        (br_if $pick (i32.lt_u (local.get $j) (global.get $size))))
      (call $multiply (i32.const 0x0c00) (i32.const 0x0c00) (i32.const 0x1400))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $digit (i32.lt_u (local.get $i) (local.get $digits))))
    ;; Out of Montgomery form.
    (call $multiply (i32.const 0x0c00) (i32.const 0x0c00) (i32.const 0x0800))))
