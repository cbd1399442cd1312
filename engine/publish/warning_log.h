// The messages published so far, for subscribers: recent ones in memory, older ones in the state
// store.
//
// Safe from any thread. What a checkpoint has taken to the store is dropped from memory. Without a
// store nothing is kept: in-memory engines hand their messages to the sink and forget them.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "engine/store/state_store.h"

namespace tocsin {

class WarningLog {
 public:
  explicit WarningLog(const StateStore* store) : store_(store) {}

  // Starts behind what the store holds.
  void begin(uint64_t last_seq);
  void append(const Messages& messages);

  uint64_t last_seq() const;
  LogSlice read(uint64_t after_seq, size_t bytes_max) const;
  OpenWarnings open(const MessageFilter& wanted) const;

  size_t unsaved_bytes() const;  // of messages that no checkpoint has taken yet

  // What has come since the last call goes into the checkpoint; committed() then lets go of it.
  void save(Checkpoint& checkpoint);
  void committed();

 private:
  using Open = std::map<std::string, std::shared_ptr<const Message>>;  // null: no longer open

  const StateStore* store_;
  mutable std::mutex mutex_;
  uint64_t last_seq_ = 0;
  size_t recent_bytes_ = 0;
  std::deque<std::shared_ptr<const Message>>
      saving_;  // handed to a checkpoint that is not committed yet
  std::deque<std::shared_ptr<const Message>> recent_;
  Open saving_open_;
  Open recent_open_;
};

}  // namespace tocsin
