#include <cohort/cluster/mpi_transport.hpp>

#include <boost/archive/basic_archive.hpp>
#include <boost/mpi.hpp>
#include <boost/serialization/string.hpp>

namespace cohort {
namespace {

constexpr int kTag = 1;

}  // namespace

void MpiTransport::send(int to, const Message& message) {
  try {
    comm_.send(to, kTag, message);
  } catch (const boost::mpi::exception&) {
    // It has died: whoever looks for the dead finds that (RankWatch).
  }
}

std::optional<std::pair<int, Message>> MpiTransport::receive() {
  // Open MPI looks at what it knows and only then for what has come in: without the second question, a message is
  // found one pause of the caller's later.
  auto status = comm_.iprobe(boost::mpi::any_source, kTag);
  if (!status) status = comm_.iprobe(boost::mpi::any_source, kTag);
  if (!status) return std::nullopt;
  std::pair<int, Message> result;
  result.first = status->source();
  comm_.recv(status->source(), kTag, result.second);
  return result;
}

}  // namespace cohort
