// Where the connections' lines wait for the engine: the engine's BatchSource.
//
// A batch is closed at batch_bytes or batch_delay after its first byte, whichever comes first; what
// waits meanwhile is bounded: a connection that is told kFull stops reading its socket, so that TCP
// holds its feeder back, and is called back once there is room. Thread-safe: next() belongs to the
// engine's thread, all else to anyone.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/engine.h"
#include "rules-dsl/limits.h"

namespace tocsin {

struct InboxOptions {
  size_t batch_bytes = limits::kBatchBytesMax;
  std::chrono::milliseconds batch_delay{5};
  // Acknowledgements alone are worth a write to the journal less often.
  std::chrono::milliseconds acknowledgement_delay{50};
  size_t queue_bytes = limits::kInboxBytesMax;
  // Wall clock mode: when the next thing happens on its own; an empty batch is given out then, so
  // that the engine moves its clock. Null (event clock): never. Usually Engine::next_due. Called by
  // the thread that calls next().
  std::function<std::optional<int64_t>()> next_due = nullptr;
  std::function<int64_t()> wall_micros = nullptr;  // null: the system's clock
};

// What happened to a chunk that was offered.
enum class Offer : uint8_t {
  kTaken,
  kFull,     // not taken: wait for room
  kStopped,  // not taken: nothing will be taken any more
};

// The anonymous chunks of a batch: up to which line of which connection.
struct AnonymousLines {
  uint64_t connection = 0;
  uint64_t last_line = 0;
};

class Inbox final : public BatchSource {
 public:
  explicit Inbox(InboxOptions options = {});

  // Takes `chunk` (it is left empty) or leaves it alone.
  Offer offer(Chunk& chunk);
  // Calls `resume` once, from any thread, when there is room again (or at once if there is); it
  // must be quick.
  void when_room(std::function<void()> resume);
  // Only the greatest seq of each subscriber is kept.
  void acknowledge(const std::string& subscriber, uint64_t seq);

  // Batches, until stop() and nothing is left.
  bool next(Batch& batch) override;
  // Nothing more is taken; what was taken still goes to the engine. What the engine never asks for
  // is lost with the process, and was never called durable.
  void stop() override;

  // To be called once for each batch published, in order: which anonymous lines became durable with
  // it.
  std::vector<AnonymousLines> settle();

 private:
  using Clock = std::chrono::steady_clock;
  // When the next empty batch is due, or (not due) when to ask again.
  struct Tick {
    bool due = false;
    Clock::time_point at = Clock::time_point::max();
  };
  Tick next_tick() const;
  bool due_locked(Clock::time_point now) const;
  Clock::time_point close_time_locked() const;
  void fill_locked(Batch& batch, std::unique_lock<std::mutex>& lock);
  void wake_waiting(std::unique_lock<std::mutex>& lock);

  const InboxOptions options_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Chunk> queue_;
  size_t queued_bytes_ = 0;
  std::map<std::string, uint64_t> acknowledgements_;
  Clock::time_point first_chunk_;  // when the oldest waiting one came
  Clock::time_point first_acknowledgement_;
  std::vector<std::function<void()>> waiting_;
  std::deque<std::vector<AnonymousLines>> given_out_;  // per batch, until settle()
  Clock::time_point last_tick_;                        // of next()'s thread alone
  int64_t last_wall_micros_ = INT64_MIN;
  bool stopped_ = false;
};

}  // namespace tocsin
