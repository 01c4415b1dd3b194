#pragma once

#include <cohort/cluster/transport.hpp>

#include <boost/mpi/communicator.hpp>

namespace cohort {

/// Ranks of an MPI job, over Boost.MPI. Messages are small and sent eagerly.
class MpiTransport final : public Transport {
 public:
  /// Talks over a duplicate of `comm`, so that no message meets anybody else's.
  explicit MpiTransport(MPI_Comm comm) : comm_(comm, boost::mpi::comm_duplicate) {}

  int rank() const override { return comm_.rank(); }
  int size() const override { return comm_.size(); }
  void send(int to, const Message& message) override;
  std::optional<std::pair<int, Message>> receive() override;

 private:
  boost::mpi::communicator comm_;
};

}  // namespace cohort
