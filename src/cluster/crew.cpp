#include <cohort/cluster/crew.hpp>

#include <cohort/cluster/in_process_transport.hpp>
#include <cohort/cluster/mpi_transport.hpp>
#include <cohort/cluster/rank_lost.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/store/together.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace cohort {
namespace {

/// The transport of a crew of one.
class LonelyTransport final : public Transport {
 public:
  int rank() const override { return transport_.rank(); }
  int size() const override { return transport_.size(); }
  void send(int to, const Message& message) override { transport_.send(to, message); }
  std::optional<std::pair<int, Message>> receive() override { return transport_.receive(); }

 private:
  InProcessTransport::Mail mail_ = InProcessTransport::Mail(1);
  InProcessTransport transport_{mail_, 0};
};

std::unique_ptr<Transport> transport_of(MPI_Comm comm) {
  if (size_of(comm) == 1) return std::make_unique<LonelyTransport>();
  return std::make_unique<MpiTransport>(comm);
}

}  // namespace

Crew::Crew(MPI_Comm comm, std::function<bool()> stop_requested, std::function<void()> keep,
           std::function<double()> seconds_left, const std::string& beside)
    : comm_(comm),
      rank_(rank_of(comm)),
      size_(size_of(comm)),
      stop_requested_(std::move(stop_requested)),
      keep_(std::move(keep)),
      seconds_left_(std::move(seconds_left)),
      transport_(transport_of(comm)) {
  if (size_ > 1 && !beside.empty()) watch_ = std::make_unique<RankWatch>(comm, beside);
}

Crew::~Crew() = default;

bool Crew::master_works() const { return size_ <= kRanksWithWorkingMaster; }

bool Crew::agree_to_stop() const {
  int asked = is_asked_to_stop() ? 1 : 0;
  check_mpi(MPI_Allreduce(MPI_IN_PLACE, &asked, 1, MPI_INT, MPI_MAX, comm_), "MPI_Allreduce");
  return asked != 0;
}

bool Crew::work(Scheduler& scheduler, const std::function<RunStatus(std::size_t item, const StopCheck& stop)>& item,
                const std::function<void(const Scheduler&)>& show, const std::function<bool(std::size_t item)>& died) {
  WorkCallbacks callbacks{item, [](const Scheduler&) {}, stop_requested_};
  callbacks.died = died;
  if (watch_) callbacks.lost = [this] { return watch_->is_any_lost() ? watch_->lost() : std::set<int>(); };
  WorkOutcome outcome;
  try {
    const RankWatch::Listening listening(watch_.get());
    if (is_first()) {
      callbacks.tick = [&](const Scheduler& s) {
        show(s);
        keep_();
      };
      outcome = lead_work(scheduler, *transport_, callbacks, master_works());
    } else {
      follow_work(*transport_, callbacks);
    }
    if (!outcome.lost.empty()) leave_the_dead(outcome);
  } catch (const RankLost&) {
    static_cast<void>(transport_.release());  // freeing its communicator could wait for the dead
    throw;
  }
  together(comm_, [&] {
    if (!outcome.error.empty()) throw UserError(outcome.error, "", "What is finished is kept; run again to go on.");
  });
  int stopped = outcome.stopped;
  check_mpi(MPI_Bcast(&stopped, 1, MPI_INT, 0, comm_), "MPI_Bcast");
  return stopped != 0;
}

/// Rank 0, after the others were told.
void Crew::leave_the_dead(const WorkOutcome& outcome) const {
  watch_->wait_for_others();
  throw RankLost(fmt::format("rank {} died{}", fmt::join(outcome.lost, ", "),
                             outcome.error.empty() ? "" : fmt::format(", and {}", outcome.error)));
}

}  // namespace cohort
