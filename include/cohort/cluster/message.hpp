#pragma once

#include <cstdint>
#include <string>

namespace cohort {

/// What master and workers tell each other. The results themselves never travel: each rank writes its own rows.
struct Message {
  enum class Kind : std::uint8_t {
    ready,    ///< worker: I have nothing to do
    assign,   ///< master: do `item`
    report,   ///< worker: `item` ended with `status`; I have nothing to do
    halt,     ///< master: give up what you do, if you do anything
    stop,     ///< master: leave the phase
    leave,    ///< master: leave the job without a word, `text` says why (a rank died)
    stopped,  ///< worker: I was asked to stop from outside
    broken    ///< worker: I cannot go on, `text` says why (the disk is full, ...)
  };
  Kind kind = Kind::ready;
  std::uint64_t item = 0;
  std::uint8_t status = 0;  ///< a RunStatus
  std::string text;         ///< one line

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& kind& item& status& text;
  }
};

}  // namespace cohort
