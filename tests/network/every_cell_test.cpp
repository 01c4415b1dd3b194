// What every registered cell promises, whatever its equations. A cell is tested by being in the registry.

#include <support/cell_variants.hpp>
#include <support/random_network.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <limits>

namespace cohort::test {
namespace {

constexpr Index kInputs = 3, kOutputs = 2, kSteps = 14, kTrials = 3, kColumns = kSteps * kTrials;

template <class Scalar>
Matrix<Scalar> random_inputs(Index n_steps = kSteps, Index n_trials = kTrials) {
  RandomStream stream("test-inputs", "", 1);
  Matrix<Scalar> inputs(kInputs + 1, n_steps * n_trials);
  for (Index i = 0; i < inputs.size(); ++i) inputs(i) = static_cast<Scalar>(stream.normal());
  inputs.row(kInputs).setOnes();
  return inputs;
}

MatrixXd normal_matrix(Index rows, Index cols, const std::string& what) {
  RandomStream stream("test-matrix", what, 1);
  return MatrixXd::NullaryExpr(rows, cols, [&] { return stream.normal(); });
}

/// A network with a loss that has all the parts a loss can have: E = ½ Σ (y - y*)² + ½ r Σ h² + Σ o·h.
class CellWithLoss {
 public:
  explicit CellWithLoss(const std::string& cell) : network_(random_network<double>(cell, kInputs, kOutputs)) {
    direct_.rate_weight = 0.3;
    direct_.offset = normal_matrix(network_->n_units(), 1, "offset");
  }

  RecurrentNetwork<double>& network() { return *network_; }
  const CellTraits& traits() const { return network_->cell().traits(); }
  ParameterSet<double>& parameters() { return network_->parameters(); }
  const MatrixXd& inputs() const { return inputs_; }

  double loss() {
    const MatrixXd& outputs = network_->forward(inputs_, kTrials).outputs;
    const auto rates = network_->trajectory().rates.matrix().rightCols(kColumns);
    return 0.5 * (outputs - targets_).squaredNorm() + 0.5 * direct_.rate_weight * rates.squaredNorm() +
           (direct_.offset.transpose() * rates).sum();
  }

  ParameterSet<double> gradient(CreditPath path) {
    error_ = network_->forward(inputs_, kTrials).outputs - targets_;
    RecurrentCredit<double> credit;
    credit.path = path;
    ParameterSet<double> result(parameters().layout);
    network_->backward(inputs_, error_, feedback(), direct_, credit, result);
    return result;
  }

  /// The gradient of the cell's parameters by traces carried forward in time, from nothing but the derivatives that the
  /// cell gives of single steps: real-time recurrent learning (Williams & Zipser 1989) when the path is full.
  ParameterSet<double> forward_mode_gradient(CreditPath path) {
    error_ = network_->forward(inputs_, kTrials).outputs - targets_;
    ParameterSet<double> result(parameters().layout);
    const Cell<double>& cell = network_->cell();
    const Index n = traits().n_units, n_sources = n + kInputs + 1, n_rows = traits().n_drives * n;
    std::vector<MatrixXd> weights;
    for (Index drive = 0; drive < traits().n_drives; ++drive) {
      weights.push_back(cell.drive_weights(parameters(), drive));
      if (path == CreditPath::none) weights.back().setZero();
      if (path == CreditPath::self) weights.back() = MatrixXd(weights.back().diagonal().asDiagonal());
    }
    MatrixXd drive_gradient = MatrixXd::Zero(n_rows, n_sources);
    VectorXd initial_gradient = VectorXd::Zero(n);
    for (Index trial = 0; trial < kTrials; ++trial) {
      MatrixXd influence = MatrixXd::Zero(cell.n_states(), n_rows * n_sources + n);  // of parameters on the state
      influence.topRightCorner(n, n).setIdentity();                                  // of the initial state
      MatrixXd filtered = MatrixXd::Zero(n, influence.cols());                       // on the leaky readout's rates
      VectorXd total = VectorXd::Zero(influence.cols());
      for (Index step = 0; step < kSteps; ++step) {
        const MatrixXd slope = advance(step, trial, weights, influence);
        const MatrixXd on_rates = slope * influence;
        filtered = traits().readout_decay * filtered + (1 - traits().readout_decay) * on_rates;
        const VectorXd rate = network_->trajectory().rates.matrix().col((step + 1) * kTrials + trial);
        total += filtered.transpose() * (feedback() * error_.col(step * kTrials + trial)) +
                 on_rates.transpose() * (direct_.rate_weight * rate + direct_.offset);
      }
      drive_gradient += Eigen::Map<const MatrixXd>(total.data(), n_rows, n_sources);
      initial_gradient += total.tail(n);
    }
    cell.add_drive_gradient(parameters(), drive_gradient, result);
    for (const ParameterBlock& block : result.layout.blocks())
      if (block.role == ParameterRole::initial_state) result.block(block.name) = initial_gradient;
    return result;
  }

 private:
  MatrixXd feedback() const { return network_->parameters().block("W_out").transpose(); }

  /// One step of the influence matrix; returns ∂h_t/∂s_t, [n_units x n_states].
  MatrixXd advance(Index step, Index trial, const std::vector<MatrixXd>& weights, MatrixXd& influence) {
    const Index n = traits().n_units, n_variables = traits().n_variables, n_drives = traits().n_drives;
    Linearization<double> local;
    network_->cell().linearize(network_->trajectory(), step, local);
    const auto diagonal = [&](const PaddedMatrix<double>& blocks, Index block) {
      return MatrixXd(VectorXd(blocks.matrix().col(block * kTrials + trial)).asDiagonal());
    };
    MatrixXd slope(n, n * n_variables), slope_before(n, n * n_variables);
    MatrixXd jacobian = MatrixXd::Zero(n * n_variables, n * n_variables);
    for (Index v = 0; v < n_variables; ++v) {
      slope.middleCols(v * n, n) = diagonal(local.slope, v);
      slope_before.middleCols(v * n, n) = diagonal(local.slope_before, v);
    }
    VectorXd sources(n + kInputs + 1);
    sources << network_->trajectory().rates.matrix().col(step * kTrials + trial), inputs_.col(step * kTrials + trial);
    MatrixXd immediate = MatrixXd::Zero(n * n_variables, influence.cols());
    for (Index to = 0; to < n_variables; ++to) {
      for (Index from = 0; from < n_variables; ++from)
        jacobian.block(to * n, from * n, n, n) += diagonal(local.decay, to * n_variables + from);
      for (Index drive = 0; drive < n_drives; ++drive) {
        const MatrixXd by_drive = diagonal(local.drive, to * n_drives + drive);
        jacobian.middleRows(to * n, n) += by_drive * weights[static_cast<std::size_t>(drive)] * slope_before;
        for (Index source = 0; source < sources.size(); ++source)
          immediate.block(to * n, source * n_drives * n + drive * n, n, n) += sources[source] * by_drive;
      }
    }
    influence = jacobian * influence + immediate;
    return slope;
  }

  std::unique_ptr<RecurrentNetwork<double>> network_;
  DirectCredit<double> direct_;
  MatrixXd inputs_ = random_inputs<double>(), targets_ = normal_matrix(kOutputs, kColumns, "targets"), error_;
};

bool belongs_to_readout(const ParameterBlock& block) {
  return block.role == ParameterRole::readout || block.role == ParameterRole::readout_bias;
}

/// A bias that there is not has none.
bool has_effect(const ParameterBlock& block, const CellTraits& traits) {
  return traits.has_bias || (block.role != ParameterRole::bias && block.role != ParameterRole::readout_bias);
}

class EveryCell : public testing::TestWithParam<std::string> {
 protected:
  static void for_each_variant(const std::function<void(const std::string&)>& check) {
    for (const std::string& variant : variants_of(GetParam(), 7)) {
      SCOPED_TRACE(variant);
      check(variant);
    }
  }
};
INSTANTIATE_TEST_SUITE_P(All, EveryCell, testing::ValuesIn(cell_names()), [](const auto& cell) { return cell.param; });

TEST_P(EveryCell, units_of_spiking_cells_fire_some_of_the_time) {
  for_each_variant([](const std::string& variant) {
    CellWithLoss cell(variant);
    cell.loss();
    const auto rates = cell.network().trajectory().rates.matrix().rightCols(kColumns).array();
    if (!cell.traits().is_spiking) {
      EXPECT_GT(rates.matrix().norm() / std::sqrt(static_cast<double>(rates.size())), 0.02);
      return;
    }
    EXPECT_TRUE((rates == 0 || rates == 1).all());
    EXPECT_GT(rates.mean(), 0.03);
    EXPECT_LT(rates.mean(), 0.7);
  });
}

TEST_P(EveryCell, gradients_agree_with_finite_differences) {
  for_each_variant([](const std::string& variant) {
    CellWithLoss cell(variant);
    if (cell.traits().is_spiking) return;  // the derivative of a spike is a choice, not a limit
    const ParameterSet<double> gradient = cell.gradient(CreditPath::full);
    constexpr double h = 1e-5;
    for (const ParameterBlock& block : gradient.layout.blocks()) {
      VectorXd difference(block.rows * block.cols);
      for (Index i = 0; i < difference.size(); ++i) {
        double& value = cell.parameters().values[block.offset + i];
        const double before = value;
        const auto loss_at = [&](double offset) {
          value = before + offset;
          return cell.loss();
        };
        // Fourth order: the error is h⁴, so that h is large enough for rounding not to matter.
        difference[i] = (8 * (loss_at(h) - loss_at(-h)) - (loss_at(2 * h) - loss_at(-2 * h))) / (12 * h);
        value = before;
      }
      const VectorXd found = gradient.values.segment(block.offset, difference.size());
      EXPECT_LE((found - difference).norm(), 1e-8 * found.norm()) << block.name;
      EXPECT_EQ(found.norm() > 1e-2, has_effect(block, cell.traits())) << block.name;
    }
  });
}

TEST_P(EveryCell, the_backward_pass_agrees_with_traces_carried_forward) {
  for_each_variant([](const std::string& variant) {
    CellWithLoss cell(variant);
    for (const CreditPath path : {CreditPath::full, CreditPath::self, CreditPath::none}) {
      const ParameterSet<double> backward = cell.gradient(path), forward = cell.forward_mode_gradient(path);
      for (const ParameterBlock& block : backward.layout.blocks()) {
        if (belongs_to_readout(block)) continue;
        const auto expected = forward.block(block.name);
        EXPECT_LE((backward.block(block.name) - expected).norm(), 1e-12 * expected.norm()) << block.name;
        EXPECT_EQ(expected.norm() > 1e-2, has_effect(block, cell.traits())) << block.name;
      }
    }
  });
}

TEST_P(EveryCell, what_a_rule_drops_of_the_credit_changes_the_gradient) {
  for_each_variant([](const std::string& variant) {
    CellWithLoss cell(variant);
    const VectorXd full = cell.gradient(CreditPath::full).values, none = cell.gradient(CreditPath::none).values;
    EXPECT_GT((full - none).norm(), 1e-2 * full.norm());
  });
}

TEST_P(EveryCell, steps_walk_along_the_forward_pass) {
  for_each_variant([](const std::string& variant) {
    const auto network = random_network<double>(variant, kInputs, kOutputs);
    const Cell<double>& cell = network->cell();
    const MatrixXd inputs = random_inputs<double>(kSteps, 1);
    ForwardOptions<double> options;
    options.keep_states = true;
    network->forward(inputs, 1, options);
    const Trajectory<double>& trajectory = network->trajectory();
    const Index n = cell.n_units(), n_variables = cell.traits().n_variables;
    MatrixXd state = cell.initial_state(network->parameters()), next(cell.n_states(), 1), rates;
    const auto map = cell.map(network->parameters(), kInputs);
    for (Index t = 0; t < kSteps; ++t) {
      map->set_input(inputs.col(t).head(kInputs));
      map->step(state, next);
      state = next;
      cell.rates(state, rates);
      EXPECT_LE((rates - trajectory.rates.matrix().col(t + 1)).norm(), 1e-13) << t;
      for (Index v = 0; v < n_variables; ++v) {
        const VectorXd expected = trajectory.states.matrix().col((t + 1) * n_variables + v);
        EXPECT_LE((state.middleRows(v * n, n) - expected).norm(), 1e-13) << t;
      }
    }
    EXPECT_GT(state.norm(), 1e-2);
  });
}

/// States that the cell visits: of a random forward pass, after different numbers of steps.
MatrixXd visited_states(RecurrentNetwork<double>& network, Index n) {
  ForwardOptions<double> options;
  options.keep_states = true;
  network.forward(random_inputs<double>(n, 1), 1, options);
  const Cell<double>& cell = network.cell();
  const Index n_variables = cell.traits().n_variables;
  MatrixXd states(cell.n_states(), n);
  for (Index t = 0; t < n; ++t)
    for (Index v = 0; v < n_variables; ++v)
      states.block(v * cell.n_units(), t, cell.n_units(), 1) =
          network.trajectory().states.matrix().col((t + 1) * n_variables + v);
  return states;
}

/// The map of a random network of one variant, and states that the network visits.
struct MapOfCell {
  explicit MapOfCell(const std::string& variant)
      : network(random_network<double>(variant, kInputs, kOutputs)),
        map(network->cell().map(network->parameters(), kInputs)),
        states(visited_states(*network, kStates)),
        vectors(normal_matrix(map->n_states(), kStates, "vectors")) {
    map->set_input(VectorXd::LinSpaced(kInputs, -1, 1));
  }

  MatrixXd jacobian(const VectorXd& state) const {
    MatrixXd result(map->n_states(), map->n_states());
    map->jacobian(state, result);
    return result;
  }
  MatrixXd step(const MatrixXd& from) const {
    MatrixXd result(from.rows(), from.cols());
    map->step(from, result);
    return result;
  }

  static constexpr Index kStates = 5;
  std::unique_ptr<RecurrentNetwork<double>> network;
  std::unique_ptr<CellMap<double>> map;
  MatrixXd states, vectors;
};

TEST_P(EveryCell, the_jacobian_of_its_map_agrees_with_finite_differences) {
  for_each_variant([](const std::string& variant) {
    const MapOfCell cell(variant);
    if (cell.network->cell().traits().is_spiking) return;
    const VectorXd state = cell.states.col(3);
    const MatrixXd jacobian = cell.jacobian(state);
    constexpr double step = 1e-6;
    for (Index j = 0; j < state.size(); ++j) {
      const VectorXd difference = step * VectorXd::Unit(state.size(), j);
      const VectorXd slope = (cell.step(state + difference) - cell.step(state - difference)) / (2 * step);
      EXPECT_LE((jacobian.col(j) - slope).norm(), 1e-8) << j;
    }
    EXPECT_GT((jacobian - jacobian.transpose()).norm(), 1e-2) << "a transposed Jacobian would be noticed";
  });
}

TEST_P(EveryCell, push_agrees_with_finite_differences) {
  for_each_variant([](const std::string& variant) {
    const MapOfCell cell(variant);
    if (cell.network->cell().traits().is_spiking) return;
    MatrixXd pushed(cell.states.rows(), cell.kStates);
    cell.map->push(cell.states, cell.vectors, pushed);
    constexpr double step = 1e-6;
    const MatrixXd slope =
        (cell.step(cell.states + step * cell.vectors) - cell.step(cell.states - step * cell.vectors)) / (2 * step);
    EXPECT_LE((pushed - slope).norm(), 1e-7);
  });
}

TEST_P(EveryCell, push_and_pull_back_multiply_by_the_jacobian_of_each_state_and_its_transpose) {
  for_each_variant([](const std::string& variant) {
    const MapOfCell cell(variant);
    MatrixXd pushed(cell.states.rows(), cell.kStates), pulled(cell.states.rows(), cell.kStates);
    cell.map->push(cell.states, cell.vectors, pushed);
    cell.map->pull_back(cell.states, cell.vectors, pulled);
    double asymmetry = 0;
    for (Index c = 0; c < cell.kStates; ++c) {
      const MatrixXd jacobian = cell.jacobian(cell.states.col(c));
      const VectorXd vector = cell.vectors.col(c);
      EXPECT_LE((pushed.col(c) - jacobian * vector).norm(), 1e-12 * jacobian.norm()) << c;
      EXPECT_LE((pulled.col(c) - jacobian.transpose() * vector).norm(), 1e-12 * jacobian.norm()) << c;
      asymmetry += (pushed.col(c) - pulled.col(c)).norm();
    }
    EXPECT_GT(asymmetry, 1e-2) << "a transposed Jacobian would be noticed";
  });
}

TEST_P(EveryCell, one_state_may_serve_every_vector) {
  for_each_variant([](const std::string& variant) {
    const MapOfCell cell(variant);
    const MatrixXd jacobian = cell.jacobian(cell.states.col(2));
    MatrixXd pushed(cell.states.rows(), cell.kStates), pulled(cell.states.rows(), cell.kStates);
    cell.map->push(cell.states.col(2), cell.vectors, pushed);
    cell.map->pull_back(cell.states.col(2), cell.vectors, pulled);
    EXPECT_LE((pushed - jacobian * cell.vectors).norm(), 1e-12 * pushed.norm());
    EXPECT_LE((pulled - jacobian.transpose() * cell.vectors).norm(), 1e-12 * pulled.norm());
  });
}

TEST_P(EveryCell, its_map_is_a_snapshot_whose_answers_do_not_depend_on_what_was_asked_before) {
  for_each_variant([](const std::string& variant) {
    const MapOfCell cell(variant);
    const MatrixXd next = cell.step(cell.states), jacobian = cell.jacobian(cell.states.col(0));
    MatrixXd pushed(cell.states.rows(), 1), again(cell.states.rows(), 1);
    cell.map->push(cell.states.col(1), cell.vectors.col(1), pushed);
    cell.map->set_input(VectorXd::Constant(kInputs, 2));
    EXPECT_GT((cell.step(cell.states) - next).norm(), 1e-3) << "an input that changes is heeded";
    cell.map->set_input(VectorXd::LinSpaced(kInputs, -1, 1));
    cell.network->parameters().values *= 2;
    EXPECT_EQ(cell.step(cell.states.col(1)), next.col(1));
    EXPECT_EQ(cell.jacobian(cell.states.col(0)), jacobian);
    cell.map->push(cell.states.col(1), cell.vectors.col(1), again);
    EXPECT_EQ(again, pushed);
    EXPECT_EQ(cell.step(cell.states), next);
  });
}

template <class Scalar>
void expect_parts_equal_one_pass(const std::string& variant) {
  const auto network = random_network<Scalar>(variant, kInputs, kOutputs);
  const Matrix<Scalar> inputs = random_inputs<Scalar>();
  const Matrix<Scalar> outputs = network->forward(inputs, kTrials).outputs;
  const Matrix<Scalar> rates = network->trajectory().rates.matrix(), state = network->trajectory().state.matrix();
  Index first = 0;
  for (const Index n_steps : {5, 1, 8}) {
    ForwardOptions<Scalar> options;
    options.carry_on = first > 0;
    const auto columns = Eigen::seqN(first * kTrials, n_steps * kTrials);
    const Matrix<Scalar> part = inputs(Eigen::all, columns);
    EXPECT_EQ(network->forward(part, kTrials, options).outputs, Matrix<Scalar>(outputs(Eigen::all, columns)));
    EXPECT_EQ(Matrix<Scalar>(network->trajectory().rates.matrix()),
              Matrix<Scalar>(rates.middleCols(first * kTrials, (n_steps + 1) * kTrials)));
    first += n_steps;
  }
  EXPECT_EQ(first, kSteps);
  EXPECT_EQ(Matrix<Scalar>(network->trajectory().state.matrix()), state);
  const Matrix<Scalar> last = inputs.rightCols(8 * kTrials);
  EXPECT_NE(network->forward(last, kTrials).outputs, Matrix<Scalar>(outputs.rightCols(8 * kTrials)))
      << "a part that does not carry on differs";
}

TEST_P(EveryCell, a_pass_in_parts_is_bit_for_bit_one_pass) {
  for_each_variant([](const std::string& variant) {
    expect_parts_equal_one_pass<float>(variant);
    expect_parts_equal_one_pass<double>(variant);
  });
}

template <class Scalar>
void expect_independent_of_the_batch(const std::string& variant) {
  const auto network = random_network<Scalar>(variant, kInputs, kOutputs);
  const Matrix<Scalar> inputs = random_inputs<Scalar>();
  const Matrix<Scalar> outputs = network->forward(inputs, kTrials).outputs;
  const Matrix<Scalar> rates = network->trajectory().rates.matrix();
  EXPECT_NE(Matrix<Scalar>(outputs(Eigen::all, Eigen::seqN(0, kSteps, kTrials))),
            Matrix<Scalar>(outputs(Eigen::all, Eigen::seqN(1, kSteps, kTrials))));
  for (Index trial = 0; trial < kTrials; ++trial) {
    const auto columns = Eigen::seqN(trial, kSteps, kTrials);
    const Matrix<Scalar> alone = inputs(Eigen::all, columns);
    EXPECT_EQ(network->forward(alone, 1).outputs, Matrix<Scalar>(outputs(Eigen::all, columns))) << trial;
    EXPECT_EQ(Matrix<Scalar>(network->trajectory().rates.matrix()),
              Matrix<Scalar>(rates(Eigen::all, Eigen::seqN(trial, kSteps + 1, kTrials))));
  }
}

TEST_P(EveryCell, a_trial_alone_is_bit_for_bit_the_trial_in_a_batch) {
  for_each_variant([](const std::string& variant) {
    expect_independent_of_the_batch<float>(variant);
    expect_independent_of_the_batch<double>(variant);
  });
}

TEST_P(EveryCell, the_gradient_of_a_batch_is_the_sum_of_those_of_its_trials) {
  for_each_variant([](const std::string& variant) {
    CellWithLoss cell(variant);
    RecurrentNetwork<double>& network = cell.network();
    const MatrixXd feedback = network.parameters().block("W_out").transpose();
    const auto gradient_of = [&](const MatrixXd& inputs, Index n_trials) {
      const MatrixXd error = network.forward(inputs, n_trials).outputs;
      ParameterSet<double> result(network.parameters().layout);
      network.backward(inputs, error, feedback, {}, {}, result);
      return result.values;
    };
    const VectorXd whole = gradient_of(cell.inputs(), kTrials);
    VectorXd sum = VectorXd::Zero(whole.size());
    for (Index trial = 0; trial < kTrials; ++trial)
      sum += gradient_of(cell.inputs()(Eigen::all, Eigen::seqN(trial, kSteps, kTrials)), 1);
    EXPECT_LE((whole - sum).norm(), 1e-13 * whole.norm());
    EXPECT_GT(whole.norm(), 1e-2);
  });
}

TEST_P(EveryCell, float_agrees_with_double) {
  for_each_variant([](const std::string& variant) {
    const auto exact = random_network<double>(variant, kInputs, kOutputs);
    if (exact->cell().traits().is_spiking) return;  // one spike more or less changes everything after it
    const auto rounded = random_network<float>(variant, kInputs, kOutputs);
    EXPECT_LE((exact->parameters().cast<float>().values - rounded->parameters().values).norm(), 1e-6);
    rounded->parameters() = exact->parameters().cast<float>();
    const MatrixXd inputs = random_inputs<double>();
    const MatrixXd outputs = exact->forward(inputs, kTrials).outputs;
    const Matrix<float> single = rounded->forward(inputs.cast<float>(), kTrials).outputs;
    EXPECT_LE((single.cast<double>() - outputs).norm(), 1e-5 * outputs.norm());
    ParameterSet<double> gradient(exact->parameters().layout);
    ParameterSet<float> single_gradient(rounded->parameters().layout);
    exact->backward(inputs, outputs, exact->parameters().block("W_out").transpose(), {}, {}, gradient);
    rounded->backward(inputs.cast<float>(), single, rounded->parameters().block("W_out").transpose(), {}, {},
                      single_gradient);
    EXPECT_LE((single_gradient.values.cast<double>() - gradient.values).norm(), 1e-4 * gradient.values.norm());
    EXPECT_GT(gradient.values.norm(), 1e-2);
  });
}

// Divergence is found by looking for NaN: a network that exploded must not look silent.
TEST_P(EveryCell, an_input_that_is_no_number_gives_rates_that_are_none) {
  for_each_variant([](const std::string& variant) {
    const auto network = random_network<float>(variant, kInputs, kOutputs);
    Matrix<float> inputs = random_inputs<float>();
    inputs.topRows(kInputs).leftCols(kTrials).setConstant(std::numeric_limits<float>::quiet_NaN());
    EXPECT_TRUE(network->forward(inputs, kTrials).outputs.rightCols(kTrials).array().isNaN().any());
  });
}

TEST_P(EveryCell, unit_noise_is_the_same_for_a_trial_in_any_batch_and_any_part) {
  for_each_variant([](const std::string& variant) {
    const auto network = random_network<double>(variant + ",noise=0.1", kInputs, kOutputs);
    const RandomStream stream("noise", "", 1);
    const MatrixXd inputs = random_inputs<double>();
    const auto outputs_of = [&](const MatrixXd& part, std::uint64_t first_trial, Index n_trials, Index first_step) {
      const auto noise = network->unit_noise(stream, first_trial, n_trials, first_step);
      ForwardOptions<double> options;
      options.noise = noise.get();
      options.carry_on = first_step > 0;
      return MatrixXd(network->forward(part, n_trials, options).outputs);
    };
    const MatrixXd outputs = outputs_of(inputs, 10, kTrials, 0);
    const auto second = Eigen::seqN(1, kSteps, kTrials);
    EXPECT_EQ(outputs_of(inputs(Eigen::all, second), 11, 1, 0), MatrixXd(outputs(Eigen::all, second)));
    EXPECT_EQ(outputs_of(inputs.leftCols(6 * kTrials), 10, kTrials, 0), MatrixXd(outputs.leftCols(6 * kTrials)));
    EXPECT_EQ(outputs_of(inputs.rightCols((kSteps - 6) * kTrials), 10, kTrials, 6),
              MatrixXd(outputs.rightCols((kSteps - 6) * kTrials)));
    EXPECT_NE(outputs_of(inputs, 13, kTrials, 0), outputs);
    EXPECT_NE(MatrixXd(network->forward(inputs, kTrials).outputs), outputs);
  });
}

TEST_P(EveryCell, has_variants_with_every_parameter_but_noise) {
  for (const ParameterInfo& parameter : architectures<double>().catalogue().find(GetParam()).parameters) {
    int n_values = 0;
    for (const std::string& variant : variants_of(GetParam(), 7))
      n_values += variant.find("," + parameter.name + "=") != std::string::npos;
    if (parameter.name != "units" && parameter.name != "noise") {
      EXPECT_GE(n_values, 1) << parameter.name;
    }
  }
}

}  // namespace
}  // namespace cohort::test
