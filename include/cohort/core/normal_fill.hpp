#pragma once

#include <cohort/core/matrix.hpp>
#include <cohort/core/random_stream.hpp>

#include <cstdint>

namespace cohort {

/// Fills `values` with the standard normal numbers `first` .. `first + n - 1` of item `item` of `stream`: a trial's
/// noise, a perturbation. Many times faster than RandomStream::normal, whose numbers are others.
///
/// Number i depends on the stream, the item and i alone: not on n, nor on how the numbers are cut into calls, nor on
/// the width of SIMD registers. Calls that begin and end at multiples of kNormalBlock compute nothing twice.
///
/// Philox4x32-10 (Salmon et al. 2011, doi:10.1145/2063384.2063405) keyed by two draws of `stream.substream(item)`: the
/// first, low word then high word, is the key, the second counter words 2 and 3. Block b of kNormalBlock numbers uses
/// the counters 32b .. 32b+31 (words 0 and 1), whose output words w0 .. w3 become numbers by Box & Muller 1958:
/// r(w0) cos θ(w1) of the 32 counters, then r(w0) sin θ(w1), r(w2) cos θ(w3), r(w2) sin θ(w3), with
/// r(w) = √(-2 ln u), u = (⌊w/2⌋ + ½) / 2³¹ computed in single precision, and θ(w) = 2πw / 2³². So |number| <= 6.67;
/// its absolute error is < 2e-6.
///
/// The double overload converts the same numbers: a float and a double network hear the same noise.
void fill_normal(const RandomStream& stream, std::uint64_t item, float* values, Index n, Index first = 0);
void fill_normal(const RandomStream& stream, std::uint64_t item, double* values, Index n, Index first = 0);

/// Numbers that fill_normal computes together.
inline constexpr Index kNormalBlock = 128;

/// Fills `values` with kNormalBlock standard normal numbers, block `block` of those of `seed`. For trials that need so
/// many that the counter-based ones would cost more than training: the same Box & Muller, from the words of SplitMix,
/// 64b .. 64b + 63 for block b; the low half of a word is w(radius), the high half w(angle).
void fill_normal_block(std::uint64_t seed, std::uint64_t block, float* values);

}  // namespace cohort
