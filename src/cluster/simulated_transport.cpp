#include <cohort/cluster/simulated_transport.hpp>

#include <cohort/learning/run_status.hpp>

#include <algorithm>
#include <cmath>
#include <functional>

namespace cohort {

SimulatedTransport::SimulatedTransport(int n_ranks, const Timing& timing, Duration duration, double end)
    : timing_(timing),
      duration_(std::move(duration)),
      end_(end),
      now_(timing.start),
      under_way_(static_cast<std::size_t>(n_ranks)),
      dies_at_(static_cast<std::size_t>(n_ranks), std::numeric_limits<double>::infinity()) {
  for (int worker = 1; worker < n_ranks; ++worker)
    arrive(timing.start + timing.latency + timing.latecoming * worker / n_ranks, worker,
           {Message::Kind::ready, 0, 0, ""});
}

void SimulatedTransport::let_die(std::vector<Death> deaths) {
  for (const auto& [time, worker] : deaths) dies_at_[static_cast<std::size_t>(worker)] = time;
  std::ranges::sort(deaths, std::greater<>(), &Death::time);
  deaths_ = std::move(deaths);
}

std::set<int> SimulatedTransport::newly_lost() {
  std::set<int> lost;
  for (; next_notice() <= now_; deaths_.pop_back()) lost.insert(deaths_.back().worker);
  return lost;
}

double SimulatedTransport::next_notice() const {
  return deaths_.empty() ? std::numeric_limits<double>::infinity() : deaths_.back().time + timing_.noticing;
}

void SimulatedTransport::arrive(double time, int from, Message message) {
  arrivals_.push({time, n_sent_++, from, std::move(message)});
}

void SimulatedTransport::send(int to, const Message& message) {
  if (message.kind != Message::Kind::assign) return;
  const double begin = now_ + timing_.latency, seconds = duration_(to, message.item);
  under_way_[static_cast<std::size_t>(to)] = {message.item, begin};
  if (begin + seconds > dies_at_[static_cast<std::size_t>(to)]) return;
  arrive(begin + seconds + timing_.latency, to,
         {Message::Kind::report, message.item, static_cast<std::uint8_t>(RunStatus::done), ""});
}

double SimulatedTransport::next_arrival() const {
  return arrivals_.empty() ? std::numeric_limits<double>::infinity() : arrivals_.top().time;
}

void SimulatedTransport::pass_to(double time) { now_ = std::max(now_, time); }

std::optional<std::pair<int, Message>> SimulatedTransport::receive() {
  const double arrival = next_arrival();
  if (waits_ && arrival > now_ && next_notice() < arrival) {
    now_ = std::max(now_, next_notice());
    return std::nullopt;  // for rank 0 to look who died
  }
  if (std::isinf(arrival) || (arrival > now_ && !waits_)) return std::nullopt;
  if (arrival > now_) now_ = std::max(arrival, now_ + timing_.looking * std::ceil((arrival - now_) / timing_.looking));
  if (now_ > end_) throw JobDied();
  const int from = arrivals_.top().from;
  Message message = arrivals_.top().message;
  arrivals_.pop();
  now_ += timing_.message;
  master_seconds_ += timing_.message;
  ++n_messages_;
  under_way_[static_cast<std::size_t>(from)].reset();
  if (message.kind == Message::Kind::report) reported_.push_back(message.item);
  return std::pair(from, std::move(message));
}

std::vector<SimulatedTransport::UnderWay> SimulatedTransport::under_way() const {
  std::vector<UnderWay> all;
  for (const auto& own : under_way_)
    if (own) all.push_back(*own);
  return all;
}

}  // namespace cohort
