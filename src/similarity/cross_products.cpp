#include "cross_products.hpp"

#include <cohort/core/matrix_product.hpp>

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>
#include <vector>

namespace cohort {
namespace {

/// Columns of a stack: as many as a product needs to be fast, and its result to stay in the second-level cache.
constexpr Index kStackColumns = 256;
/// A matrix of so many columns needs no others beside it.
constexpr Index kWideColumns = 96;

/// Where the columns of a matrix lie.
struct Position {
  std::size_t stack;
  Index first;
};

/// Matrices side by side.
struct Stack {
  std::vector<const MatrixXd*> members{};
  Index n_columns = 0;
  MatrixXd copy{};  ///< not of a single matrix, which stays where it is

  const double* data() const { return members.size() == 1 ? members.front()->data() : copy.data(); }
};

class Stacks {
 public:
  void add(const MatrixXd* matrix) {
    if (positions_.contains(matrix)) return;
    const bool is_wide = matrix->cols() >= kWideColumns;
    const bool has_room = !stacks_.empty() && !is_wide && stacks_.back().n_columns + matrix->cols() <= kStackColumns &&
                          stacks_.back().members.front()->cols() < kWideColumns;
    if (!has_room) stacks_.emplace_back();
    positions_[matrix] = {stacks_.size() - 1, stacks_.back().n_columns};
    stacks_.back().members.push_back(matrix);
    stacks_.back().n_columns += matrix->cols();
  }

  void lay_side_by_side(Stack& stack) const {
    if (stack.members.size() == 1) return;
    stack.copy.resize(stack.members.front()->rows(), stack.n_columns);
    Index first = 0;
    for (const MatrixXd* member : stack.members) {
      stack.copy.middleCols(first, member->cols()) = *member;
      first += member->cols();
    }
  }

  std::vector<Stack>& all() { return stacks_; }
  Position operator[](const MatrixXd* matrix) const { return positions_.at(matrix); }

 private:
  std::vector<Stack> stacks_;
  std::map<const MatrixXd*, Position> positions_;
};

/// Rows of one product: so that what two stacks have there stays in the second-level cache.
constexpr Index kDepth = 512;

/// The transposed columns of a stack, some rows at a time.
std::vector<PackedMatrix<double>> packed(const Stack& stack, Index n_rows) {
  const Eigen::Map<const MatrixXd> columns(stack.data(), n_rows, stack.n_columns);
  std::vector<PackedMatrix<double>> parts;
  for (Index first = 0; first < n_rows; first += kDepth) {
    const Index depth = std::min(kDepth, n_rows - first);
    parts.emplace_back(stack.n_columns, depth).pack_transposed(columns.middleRows(first, depth), VectorXd::Ones(1));
  }
  return parts;
}

void multiply(const std::vector<PackedMatrix<double>>& left, const Stack& right, Index n_rows,
              PaddedMatrix<double>& product) {
  product.resize(left.front().rows(), right.n_columns);
  for (std::size_t part = 0; part < left.size(); ++part)
    cohort::multiply(left[part], right.data() + static_cast<Index>(part) * kDepth, n_rows, right.n_columns,
                     product.column(0), product.stride(), part == 0 ? Write::replace : Write::add);
}

}  // namespace

void for_each_product(std::span<const MatrixPair> pairs, const StopCheck& stop,
                      const std::function<void(std::size_t index, const ProductBlock& product)>& use) {
  if (pairs.empty()) return;
  Stacks left, right;
  for (const auto& [a, b] : pairs) {
    left.add(a);
    right.add(b);
  }
  std::map<std::pair<std::size_t, std::size_t>, std::vector<std::size_t>> pairs_of;  // by left and right stack
  for (std::size_t i = 0; i < pairs.size(); ++i)
    pairs_of[{left[pairs[i].a].stack, right[pairs[i].b].stack}].push_back(i);
  for (Stack& stack : right.all()) right.lay_side_by_side(stack);
  const Index n_rows = pairs.front().a->rows();
  std::vector<PackedMatrix<double>> transposed;
  PaddedMatrix<double> product;
  for (auto group = pairs_of.begin(); group != pairs_of.end(); ++group) {
    ask(stop);
    const auto [l, r] = group->first;
    if (group == pairs_of.begin() || std::prev(group)->first.first != l) {
      Stack& stack = left.all()[l];
      left.lay_side_by_side(stack);
      transposed = packed(stack, n_rows);
      stack.copy.resize(0, 0);
    }
    const Stack& stack = right.all()[r];
    multiply(transposed, stack, n_rows, product);
    for (const std::size_t i : group->second) {
      const Index row = left[pairs[i].a].first, col = right[pairs[i].b].first;
      use(i, product.matrix().block(row, col, pairs[i].a->cols(), pairs[i].b->cols()));
    }
  }
}

MatrixXd cross_product(const MatrixXd& a, const MatrixXd& b) {
  MatrixXd result;
  const MatrixPair pair{&a, &b};
  for_each_product(std::span(&pair, 1), {}, [&](std::size_t, const ProductBlock& product) { result = product; });
  return result;
}

}  // namespace cohort
