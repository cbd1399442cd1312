#include "engine/publish/warning_log.h"

#include <algorithm>

namespace tocsin {

namespace {

constexpr size_t kMessageOverheadBytes =
    512;  // of a message and its places in the log, beside its line

}  // namespace

void WarningLog::begin(uint64_t last_seq) {
  const std::lock_guard lock(mutex_);
  last_seq_ = last_seq;
}

void WarningLog::append(const Messages& messages) {
  const std::lock_guard lock(mutex_);
  for (const auto& message : messages) {
    last_seq_ = message->seq;
    if (store_ == nullptr) continue;
    recent_.push_back(message);
    recent_bytes_ += message->json.size() + kMessageOverheadBytes;
    recent_open_[message->warning_id] = message->open ? message : nullptr;
  }
}

size_t WarningLog::unsaved_bytes() const {
  const std::lock_guard lock(mutex_);
  return recent_bytes_;
}

uint64_t WarningLog::last_seq() const {
  const std::lock_guard lock(mutex_);
  return last_seq_;
}

LogSlice WarningLog::read(uint64_t after_seq, size_t bytes_max) const {
  const std::lock_guard lock(mutex_);
  LogSlice slice;
  slice.last = last_seq_;
  slice.first_held = last_seq_ + 1;
  if (store_ == nullptr) return slice;
  const auto& first_in_memory = !saving_.empty() ? saving_ : recent_;
  const uint64_t memory_from =
      first_in_memory.empty() ? last_seq_ + 1 : first_in_memory.front()->seq;
  slice.first_held = memory_from;
  if (auto first = store_->first_logged(); first && *first != 0) {
    slice.first_held = std::min(*first, memory_from);
  }
  size_t bytes = 0;
  if (after_seq + 1 < memory_from) {
    auto stored = store_->read_log(after_seq, bytes_max);
    if (!stored) return slice;
    for (auto& message : *stored) {
      if (message->seq >= memory_from) break;
      bytes += message->json.size();
      slice.messages.push_back(std::move(message));
    }
    if (!slice.messages.empty()) after_seq = slice.messages.back()->seq;
    if (after_seq + 1 < memory_from) return slice;
  }
  for (const auto* part : {&saving_, &recent_}) {
    auto at = std::partition_point(part->begin(), part->end(),
                                   [&](const auto& message) { return message->seq <= after_seq; });
    for (; at != part->end() && bytes < bytes_max; ++at) {
      bytes += (*at)->json.size();
      slice.messages.push_back(*at);
    }
  }
  return slice;
}

OpenWarnings WarningLog::open(const MessageFilter& wanted) const {
  const std::lock_guard lock(mutex_);
  OpenWarnings result{.seq = last_seq_, .latest = {}};
  if (store_ == nullptr) return result;
  const auto add = [&](const Message& message) {
    if (wanted(message)) result.latest.push_back(message.seq);
  };
  const Status status = store_->for_each_open([&](const std::shared_ptr<const Message>& message) {
    if (saving_open_.contains(message->warning_id)) return;
    if (recent_open_.contains(message->warning_id)) return;
    add(*message);
  });
  if (!status) return result;
  for (const auto& [id, message] : saving_open_) {
    if (message != nullptr && !recent_open_.contains(id)) add(*message);
  }
  for (const auto& [id, message] : recent_open_) {
    if (message != nullptr) add(*message);
  }
  return result;
}

void WarningLog::save(Checkpoint& checkpoint) {
  const std::lock_guard lock(mutex_);
  checkpoint.log.assign(recent_.begin(), recent_.end());
  checkpoint.open_warnings.assign(recent_open_.begin(), recent_open_.end());
  saving_.swap(recent_);
  saving_open_.swap(recent_open_);
  recent_.clear();
  recent_open_.clear();
  recent_bytes_ = 0;
}

void WarningLog::committed() {
  const std::lock_guard lock(mutex_);
  saving_.clear();
  saving_open_.clear();
}

}  // namespace tocsin
