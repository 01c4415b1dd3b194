#include <cohort/analysis/score_cache.hpp>

namespace cohort {
namespace {

std::size_t bytes_of(const MatrixXd& scores) { return static_cast<std::size_t>(scores.size()) * sizeof(double); }

}  // namespace

std::shared_ptr<const MatrixXd> ScoreCache::get(const Key& key, const std::function<MatrixXd()>& make) {
  if (const auto found = kept_.find(key); found != kept_.end()) return found->second;
  auto scores = std::make_shared<const MatrixXd>(make());
  bytes_ += bytes_of(*scores);
  kept_.emplace(key, scores);
  order_.push_back(key);
  while (bytes_ > most_bytes && order_.size() > 1) {
    bytes_ -= bytes_of(*kept_.at(order_.front()));
    kept_.erase(order_.front());
    order_.pop_front();
  }
  return scores;
}

}  // namespace cohort
