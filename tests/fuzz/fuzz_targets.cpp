#include "fuzz_targets.hpp"

#include "input_file.hpp"

#include <cohort/cluster/in_process_transport.hpp>
#include <cohort/cluster/master.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/core/file_answers.hpp>
#include <cohort/core/hash.hpp>
#include <cohort/core/variant.hpp>
#include <cohort/learning/state_reader.hpp>
#include <cohort/learning/training_state.hpp>
#include <cohort/network/architectures.hpp>
#include <cohort/recordings/recording.hpp>
#include <cohort/rules/learning_rules.hpp>
#include <cohort/store/bounded_archive.hpp>
#include <cohort/store/checkpoint_file.hpp>
#include <cohort/store/lease.hpp>
#include <cohort/store/verification.hpp>
#include <cohort/study/design.hpp>
#include <cohort/study/study.hpp>
#include <cohort/tasks/tasks.hpp>

#include <boost/archive/archive_exception.hpp>
#include <boost/serialization/string.hpp>
#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <sstream>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

namespace cohort::fuzz {
namespace {

std::string text_of(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

/// Calls what decodes; that the input is wrong is no bug.
template <class Decode>
void expect_orderly(Decode&& decode) {
  try {
    decode();
  } catch (const UserError&) {
  } catch (const RunError&) {
  }
}

/// The same in a process of its own, because the library that reads the file falls over some of them itself: that it
/// ends by a bad access is no bug of ours (cohort verify reads in a process of its own, too), anything else is.
template <class Decode>
void expect_orderly_but_for_libraries(Decode&& decode) {
  const pid_t child = fork();
  if (child == 0) {
    std::signal(SIGSEGV, SIG_DFL);
    std::signal(SIGBUS, SIG_DFL);
    alarm(20);
    int code = 0;
    try {
      expect_orderly(decode);
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s\n", error.what());
      code = 1;
    }
    _exit(code);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child) return;
  const bool is_of_library = WIFSIGNALED(status) && (WTERMSIG(status) == SIGSEGV || WTERMSIG(status) == SIGBUS);
  if (status != 0 && !is_of_library) std::abort();
}

/// Reads a study without any other file that it names.
void study(Bytes bytes) {
  const InputFile file("study.toml", bytes);
  FileAnswers answers;
  {
    const FileAnswersScope scope(answers, FileAnswersScope::Mode::note);
    read_user_file(file.path(), "a study file");
  }
  const FileAnswersScope scope(answers, FileAnswersScope::Mode::tell);
  try {
    expect_orderly([&] { study_key(read_study(file.path())); });
  } catch (const InternalError& error) {  // a file that it names was asked for
    if (std::strstr(error.what(), "nobody asked before") == nullptr) throw;
  }
}

void variant(Bytes bytes) {
  const std::string text = text_of(bytes);
  expect_orderly([&] {
    const Variant parsed = parse_variant(text);
    if (to_text(parse_variant(to_text(parsed))) != to_text(parsed)) std::abort();
  });
  expect_orderly([&] { learning_rules<float>().catalogue().parse(text); });
  expect_orderly([&] { architectures<float>().catalogue().parse(text); });
  expect_orderly([&] { tasks().catalogue().parse(text); });
}

void recording(const char* name, Bytes bytes) {
  const InputFile file(name, bytes);
  expect_orderly([&] { read_recording(file.path()); });
}
void npy(Bytes bytes) { recording("input.npy", bytes); }
void npz(Bytes bytes) { recording("input.npz", bytes); }
void mat(Bytes bytes) {
  const InputFile file("input.mat", bytes);
  expect_orderly_but_for_libraries([&] { read_recording(file.path()); });
}
void hdf5(Bytes bytes) {
  const InputFile file("input.h5", bytes);
  expect_orderly_but_for_libraries([&] { read_recording(file.path()); });
}

void results(Bytes bytes) {
  const InputFile file("results.h5", bytes);
  expect_orderly_but_for_libraries([&] { verify_results(file.path()); });
}

/// Once as a file, and once as if its checksum were right.
void checkpoint(Bytes bytes) {
  const std::string body = text_of(bytes);
  for (const std::string& content :
       {body, fmt::format("cohort run under way 2 {} {:016x}\n{}", body.size(), hash64(body), body)}) {
    const InputFile file("saved", std::span(reinterpret_cast<const std::uint8_t*>(content.data()), content.size()));
    expect_orderly([&] { CheckpointFile(file.path(), "").read_any(); });
  }
  expect_orderly([&] {
    TrainingState state;
    restore_state(body, state);
  });
}

/// One message as it is sent, then any messages in the ear of a master.
void message(Bytes bytes) {
  try {
    std::istringstream stream(text_of(bytes), std::ios::binary);
    Message decoded;
    BoundedArchive(stream) >> decoded;
  } catch (const boost::archive::archive_exception&) {
  }
  constexpr std::size_t n_items = 5, n_ranks = 4;
  InProcessTransport::Mail mail(n_ranks);
  InProcessTransport rank_0(mail, 0);
  Scheduler scheduler(std::vector<double>(n_items, 1), std::vector<bool>(n_items, true), Scheduler::Order::listed);
  Master master(scheduler, rank_0);
  for (std::size_t at = 0; at + 4 <= bytes.size(); at += 4) {
    const auto kind = static_cast<Message::Kind>(bytes[at]);
    mail[0].emplace_back(bytes[at + 1] % n_ranks, Message{kind, bytes[at + 2], bytes[at + 3], ""});
    try {
      master.poll();
    } catch (const std::logic_error&) {  // an item or a status that is none ends the job
    }
  }
}

void lease(Bytes bytes) {
  const InputFile file("results.h5.lease", bytes);
  expect_orderly([&] { lease_holder(file.path().substr(0, file.path().size() - std::strlen(".lease"))); });
}

}  // namespace

const std::vector<Target>& targets() {
  static const std::vector<Target> all{
      {"study", study},     {"variant", variant}, {"npy", npy},         {"npz", npz},
      {"mat", mat},         {"hdf5", hdf5},       {"results", results}, {"checkpoint", checkpoint},
      {"message", message}, {"lease", lease}};
  return all;
}

}  // namespace cohort::fuzz
