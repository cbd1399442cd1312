#include "connectors/tcp/inbox.h"

#include <algorithm>

namespace tocsin {
namespace {

using std::chrono::milliseconds;

// How often next_due is asked although nothing comes in: the wall clock may be set meanwhile, and
// the engine may still be busy with a batch that makes something due.
constexpr milliseconds kTickPollMax{1'000};
// Between two empty batches: each is a write to the journal.
constexpr milliseconds kTickMin{10};

int64_t system_micros() {
  using std::chrono::microseconds;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<microseconds>(now).count();
}

}  // namespace

Inbox::Inbox(InboxOptions options) : options_(std::move(options)) {}

Offer Inbox::offer(Chunk& chunk) {
  std::lock_guard lock(mutex_);
  if (stopped_) return Offer::kStopped;
  if (queued_bytes_ >= options_.queue_bytes) return Offer::kFull;
  const bool first = queue_.empty();
  const bool was_short = queued_bytes_ < options_.batch_bytes;
  if (first) first_chunk_ = Clock::now();
  queued_bytes_ += chunk.bytes.size();
  queue_.push_back(std::move(chunk));
  chunk = {};
  if (first || (was_short && queued_bytes_ >= options_.batch_bytes)) changed_.notify_all();
  return Offer::kTaken;
}

void Inbox::when_room(std::function<void()> resume) {
  {
    std::lock_guard lock(mutex_);
    if (!stopped_ && queued_bytes_ >= options_.queue_bytes) {
      waiting_.push_back(std::move(resume));
      return;
    }
  }
  resume();
}

void Inbox::acknowledge(const std::string& subscriber, uint64_t seq) {
  std::lock_guard lock(mutex_);
  if (stopped_) return;
  if (acknowledgements_.empty()) {
    first_acknowledgement_ = Clock::now();
    changed_.notify_all();
  }
  uint64_t& kept = acknowledgements_[subscriber];
  kept = std::max(kept, seq);
}

bool Inbox::next(Batch& batch) {
  for (;;) {
    const Tick tick = next_tick();
    std::unique_lock lock(mutex_);
    const Clock::time_point now = Clock::now();
    if (due_locked(now)) {
      fill_locked(batch, lock);
      return true;
    }
    if (stopped_) return false;
    if (tick.due && now >= tick.at) {
      last_tick_ = now;
      fill_locked(batch, lock);
      return true;
    }
    const Clock::time_point wake = std::min(tick.at, close_time_locked());
    // Not wait_until(max): the conversion between clocks inside overflows.
    if (wake == Clock::time_point::max()) {
      changed_.wait(lock);
    } else {
      changed_.wait_until(lock, wake);
    }
  }
}

void Inbox::stop() {
  std::unique_lock lock(mutex_);
  stopped_ = true;
  changed_.notify_all();
  wake_waiting(lock);
}

std::vector<AnonymousLines> Inbox::settle() {
  std::lock_guard lock(mutex_);
  if (given_out_.empty()) return {};
  std::vector<AnonymousLines> lines = std::move(given_out_.front());
  given_out_.pop_front();
  return lines;
}

// Takes no lock: next_due is the engine's.
Inbox::Tick Inbox::next_tick() const {
  if (!options_.next_due) return {};
  const Clock::time_point now = Clock::now();
  const std::optional<int64_t> due = options_.next_due();
  const int64_t wall = options_.wall_micros ? options_.wall_micros() : system_micros();
  if (due && *due <= wall) return {.due = true, .at = std::max(now, last_tick_ + kTickMin)};
  const std::chrono::microseconds poll = kTickPollMax;
  const std::chrono::microseconds wait =
      due ? std::min(poll, std::chrono::microseconds(*due - wall)) : poll;
  return {.due = false, .at = now + wait};
}

// Is there a reason to close the batch now?
bool Inbox::due_locked(Clock::time_point now) const {
  if (stopped_) return !queue_.empty() || !acknowledgements_.empty();
  return queued_bytes_ >= options_.batch_bytes || now >= close_time_locked();
}

// When what waits must go.
Inbox::Clock::time_point Inbox::close_time_locked() const {
  Clock::time_point close = Clock::time_point::max();
  if (!queue_.empty()) close = first_chunk_ + options_.batch_delay;
  if (!acknowledgements_.empty()) {
    close = std::min(close, first_acknowledgement_ + options_.acknowledgement_delay);
  }
  return close;
}

void Inbox::fill_locked(Batch& batch, std::unique_lock<std::mutex>& lock) {
  batch = {};
  size_t bytes = 0, lines = 0;
  const auto fits = [&](const Chunk& chunk) {
    return bytes + chunk.bytes.size() <= options_.batch_bytes &&
           lines + chunk.lines <= limits::kBatchLinesMax;
  };
  std::vector<AnonymousLines> anonymous;
  while (!queue_.empty() && (bytes == 0 || fits(queue_.front()))) {
    Chunk& chunk = queue_.front();
    bytes += chunk.bytes.size();
    lines += chunk.lines;
    if (chunk.source.empty()) {
      anonymous.push_back({chunk.connection, chunk.first_line + chunk.lines - 1});
    }
    batch.chunks.push_back(std::move(chunk));
    queue_.pop_front();
  }
  for (auto& [subscriber, seq] : acknowledgements_) {
    batch.acknowledgements.push_back({subscriber, seq});
  }
  acknowledgements_.clear();
  queued_bytes_ -= bytes;
  const int64_t wall = options_.wall_micros ? options_.wall_micros() : system_micros();
  last_wall_micros_ =
      std::max(last_wall_micros_, wall);  // a clock that is set back does not go back here
  batch.wall_micros = last_wall_micros_;
  given_out_.push_back(std::move(anonymous));
  if (queued_bytes_ <= options_.queue_bytes / 2) wake_waiting(lock);
}

// Leaves the lock open: what is called may come back at once.
void Inbox::wake_waiting(std::unique_lock<std::mutex>& lock) {
  std::vector<std::function<void()>> waiting = std::exchange(waiting_, {});
  lock.unlock();
  for (const std::function<void()>& resume : waiting) resume();
}

}  // namespace tocsin
