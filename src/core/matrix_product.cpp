#include <cohort/core/matrix_product.hpp>

#include <array>
#include <utility>

namespace cohort {
namespace {

// A tile of the result lives in registers: kRows columns (trials) times up to kVectors SIMD vectors of rows (units).
// AVX-512 has 32 registers, everything else 16; the products of the two numbers keep the fused multiply-add units
// busy (latency 4, two per cycle: at least 8 sums in flight) without spilling.
#if defined(__AVX512F__)
constexpr int kVectorBytes = 64;
constexpr int kRows = 8;
constexpr int kVectors = 3;
#else
constexpr int kVectorBytes = 32;
constexpr int kRows = 4;
constexpr int kVectors = 3;
#endif

template <class Scalar>
struct Simd {
  static constexpr int width = kVectorBytes / static_cast<int>(sizeof(Scalar));
  typedef Scalar Register __attribute__((vector_size(kVectorBytes), may_alias));
};

template <class Scalar>
Index n_vectors(Index rows) {
  return (rows + Simd<Scalar>::width - 1) / Simd<Scalar>::width;
}

/// Width of the next panel when `left` vectors are to be covered: threes, and twos where a one would be left over.
int panel_width(Index left) { return left == 4 ? 2 : static_cast<int>(std::min<Index>(left, kVectors)); }

/// How the left operand of a tile is walked: its rows far apart and the inner index contiguous, or the reverse.
enum class Inner { contiguous, strided };

template <class Scalar>
struct Tile {
  Index depth;
  const Scalar* a;  // kRows values per inner index, broadcast
  Index a_stride;
  const Scalar* b;  // vectors, one group per inner index
  Index b_stride;
  Scalar* out;
  Index out_stride;
  Write write;
};

template <class Scalar, Inner inner, int Rows, int Vectors>
void compute(const Tile<Scalar>& tile) {
  using Register = typename Simd<Scalar>::Register;
  constexpr int width = Simd<Scalar>::width;
  Register sum[Rows][Vectors];
  if (tile.write == Write::add) {
#pragma GCC unroll 8
    for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 3
      for (int v = 0; v < Vectors; ++v)
        sum[r][v] = *reinterpret_cast<const Register*>(tile.out + r * tile.out_stride + v * width);
  } else {
#pragma GCC unroll 8
    for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 3
      for (int v = 0; v < Vectors; ++v) sum[r][v] = Register{};
  }
  const Scalar* a = tile.a;
  const Scalar* b = tile.b;
  const Index a_stride = tile.a_stride, b_stride = tile.b_stride;
  for (Index k = tile.depth; k > 0; --k) {
    Register column[Vectors];
#pragma GCC unroll 3
    for (int v = 0; v < Vectors; ++v) column[v] = *reinterpret_cast<const Register*>(b + v * width);
#pragma GCC unroll 8
    for (int r = 0; r < Rows; ++r) {
      const Scalar value = inner == Inner::contiguous ? a[r * a_stride] : a[r];
#pragma GCC unroll 3
      for (int v = 0; v < Vectors; ++v) sum[r][v] += value * column[v];
    }
    a += inner == Inner::contiguous ? 1 : a_stride;
    b += b_stride;
  }
#pragma GCC unroll 8
  for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 3
    for (int v = 0; v < Vectors; ++v)
      *reinterpret_cast<Register*>(tile.out + r * tile.out_stride + v * width) = sum[r][v];
}

template <class Scalar>
using Kernel = void (*)(const Tile<Scalar>&);

/// kernels[rows - 1][vectors - 1]
template <class Scalar, Inner inner>
constexpr auto kernels = []<std::size_t... Is>(std::index_sequence<Is...>) {
  return std::array<Kernel<Scalar>, sizeof...(Is)>{
      compute<Scalar, inner, static_cast<int>(Is / kVectors) + 1, static_cast<int>(Is % kVectors) + 1>...};
}
(std::make_index_sequence<kRows * kVectors>());

/// Runs `tile` over `n_rows` rows of the left operand, kRows at a time; `row_step` is their distance in `a`.
template <class Scalar, Inner inner>
void sweep(Tile<Scalar> tile, Index n_rows, Index row_step, int vectors) {
  for (Index row = 0; row < n_rows; row += kRows) {
    const Index rows = std::min<Index>(kRows, n_rows - row);
    kernels<Scalar, inner>[static_cast<std::size_t>((rows - 1) * kVectors + vectors - 1)](tile);
    tile.a += kRows * row_step;
    tile.out += kRows * tile.out_stride;
  }
}

/// Sum of all lanes, halving the vector until 16 bytes are left: stays in registers.
template <class Scalar, int Bytes>
Scalar sum_of(const Scalar __attribute__((vector_size(Bytes))) & values) {
  if constexpr (Bytes == 16) {
    Scalar sum = values[0];
    for (std::size_t lane = 1; lane < 16 / sizeof(Scalar); ++lane) sum += values[lane];
    return sum;
  } else {
    typedef Scalar Half __attribute__((vector_size(Bytes / 2)));
    Half low, high;
    __builtin_memcpy(&low, &values, sizeof low);
    __builtin_memcpy(&high, reinterpret_cast<const char*>(&values) + sizeof low, sizeof high);
    return sum_of<Scalar, Bytes / 2>(low + high);
  }
}

template <class Scalar, int Rows>
void dot_products(const Scalar* const* rows, const Scalar* in, Index vectors, Scalar* out) {
  using Register = typename Simd<Scalar>::Register;
  constexpr int width = Simd<Scalar>::width;
  Register sum[Rows] = {};
  for (Index v = 0; v < vectors; ++v) {
    const Register value = *reinterpret_cast<const Register*>(in + v * width);
#pragma GCC unroll 4
    for (int r = 0; r < Rows; ++r) sum[r] += value * *reinterpret_cast<const Register*>(rows[r] + v * width);
  }
  for (int r = 0; r < Rows; ++r) out[r] = sum_of<Scalar, kVectorBytes>(sum[r]);
}

}  // namespace

template <class Scalar>
PackedMatrix<Scalar>::PackedMatrix(Index rows, Index cols) : rows_(rows), cols_(cols) {
  Index start = 0;
  for (Index left = n_vectors<Scalar>(rows); left > 0; left -= panel_vectors_.back()) {
    panel_vectors_.push_back(panel_width(left));
    panel_start_.push_back(start);
    start += panel_vectors_.back() * Simd<Scalar>::width * cols;
  }
  storage_ = Matrix<Scalar>::Zero(start, 1);
}

template <class Scalar>
template <class Element>
void PackedMatrix<Scalar>::fill(const Element& element) {
  Index first = 0;
  for (std::size_t p = 0; p < panel_vectors_.size(); ++p) {
    const Index width = panel_vectors_[p] * Simd<Scalar>::width;
    const Index used = std::min(width, rows_ - first);
    Scalar* target = storage_.data() + panel_start_[p];
    for (Index col = 0; col < cols_; ++col, target += width)
      for (Index row = 0; row < used; ++row) target[row] = element(first + row, col);
    first += width;
  }
}

template <class Scalar>
void PackedMatrix<Scalar>::pack(const Eigen::Ref<const Matrix<Scalar>, 0, Eigen::OuterStride<>>& source,
                                const Vector<Scalar>& scale) {
  const Index step = scale.size() == 1 ? 0 : 1;
  fill([&](Index row, Index col) { return scale[row * step] * source(row, col); });
}

template <class Scalar>
void PackedMatrix<Scalar>::pack_transposed(const Eigen::Ref<const Matrix<Scalar>, 0, Eigen::OuterStride<>>& source,
                                           const Vector<Scalar>& scale) {
  const Index step = scale.size() == 1 ? 0 : 1;
  fill([&](Index row, Index col) { return scale[col * step] * source(col, row); });
}

template <class Scalar>
void multiply(const PackedMatrix<Scalar>& m, const Scalar* in, Index in_stride, Index n_columns, Scalar* out,
              Index out_stride, Write write) {
  for (std::size_t p = 0; p < m.panel_vectors().size(); ++p) {
    const int vectors = m.panel_vectors()[p];
    const Index width = vectors * Simd<Scalar>::width;
    sweep<Scalar, Inner::contiguous>({m.cols(), in, in_stride, m.panel(p), width, out, out_stride, write}, n_columns,
                                     in_stride, vectors);
    out += width;
  }
}

template <class Scalar>
void add_outer_products(const Scalar* left, Index left_stride, Index n_left, const Scalar* right, Index right_stride,
                        Index n_right, Index n_columns, Scalar* out, Index out_stride) {
  // The columns of `left` that one panel needs must stay in the first-level cache while `right` is swept over.
  constexpr Index kDepth = 128;
  for (Index first = 0; first < n_columns; first += kDepth) {
    const Index depth = std::min(kDepth, n_columns - first);
    Index row = 0;
    for (Index left_over = n_vectors<Scalar>(n_left); left_over > 0; left_over -= panel_width(left_over)) {
      const int vectors = panel_width(left_over);
      sweep<Scalar, Inner::strided>({depth, right + first * right_stride, right_stride,
                                     left + first * left_stride + row, left_stride, out + row, out_stride, Write::add},
                                    n_right, 1, vectors);
      row += vectors * Simd<Scalar>::width;
    }
  }
}

template <class Scalar>
void multiply_few_rows(const PaddedMatrix<Scalar>& rows, const Scalar* in, Index in_stride, Index n_columns,
                       Scalar* out, Index out_stride) {
  const Index vectors = n_vectors<Scalar>(rows.rows());
  for (Index r = 0; r < rows.cols(); r += 4) {
    const Scalar* group[4] = {};
    const Index n = std::min<Index>(4, rows.cols() - r);
    for (Index i = 0; i < n; ++i) group[i] = rows.column(r + i);
    const auto dots = n == 4   ? dot_products<Scalar, 4>
                      : n == 3 ? dot_products<Scalar, 3>
                      : n == 2 ? dot_products<Scalar, 2>
                               : dot_products<Scalar, 1>;
    for (Index c = 0; c < n_columns; ++c) dots(group, in + c * in_stride, vectors, out + c * out_stride + r);
  }
}

#define COHORT_INSTANTIATE(Scalar)                                                                                   \
  template class PackedMatrix<Scalar>;                                                                               \
  template void multiply<Scalar>(const PackedMatrix<Scalar>&, const Scalar*, Index, Index, Scalar*, Index, Write);   \
  template void add_outer_products<Scalar>(const Scalar*, Index, Index, const Scalar*, Index, Index, Index, Scalar*, \
                                           Index);                                                                   \
  template void multiply_few_rows<Scalar>(const PaddedMatrix<Scalar>&, const Scalar*, Index, Index, Scalar*, Index);

COHORT_INSTANTIATE(float)
COHORT_INSTANTIATE(double)
#undef COHORT_INSTANTIATE

}  // namespace cohort
