#include "engine/eval/in_force.h"

#include <cassert>

namespace tocsin {

namespace {

constexpr auto kLaterTimer = std::greater<std::pair<int64_t, uint32_t>>();

}  // namespace

uint32_t LivingSet::add(Living living) {
  entries_.push_back({next_, false, std::move(living)});
  return next_++;
}

Living* LivingSet::find(uint32_t number) {
  const auto at = std::partition_point(entries_.begin(), entries_.end(),
                                       [&](const Entry& entry) { return entry.number < number; });
  const bool found = at != entries_.end() && at->number == number && !at->gone;
  return found ? &at->living : nullptr;
}

void LivingSet::remove(uint32_t number) {
  const auto at = std::partition_point(entries_.begin(), entries_.end(),
                                       [&](const Entry& entry) { return entry.number < number; });
  assert(at != entries_.end() && at->number == number && !at->gone);
  at->gone = true;
  at->living = {};
  ++gone_;
  if (gone_ * 2 <= entries_.size()) return;
  std::erase_if(entries_, [](const Entry& entry) { return entry.gone; });
  gone_ = 0;
}

void Timers::add(int64_t time, uint32_t number) {
  heap_.emplace_back(time, number);
  std::push_heap(heap_.begin(), heap_.end(), kLaterTimer);
}

void Timers::pop() {
  std::pop_heap(heap_.begin(), heap_.end(), kLaterTimer);
  heap_.pop_back();
}

int64_t Timers::next(LivingSet& living) {
  while (!heap_.empty() && living.find(heap_.front().second) == nullptr) pop();
  return heap_.empty() ? INT64_MAX : heap_.front().first;
}

bool Timers::take(int64_t time, LivingSet& living, uint32_t& number) {
  if (next(living) > time) return false;
  number = heap_.front().second;
  pop();
  return true;
}

void Endings::add(const Row& row, uint64_t hash) {
  const auto number = static_cast<uint32_t>(all_.size());
  const auto [latest, is_new] = latest_.emplace(hash, number);
  all_.push_back({&row, hash, is_new ? kNone : latest->second});
  latest->second = number;
}

void Endings::cut_back(size_t size) {
  for (; all_.size() > size; all_.pop_back()) {
    const One& last = all_.back();
    if (last.before == kNone) {
      latest_.erase(last.hash);
    } else {
      latest_[last.hash] = last.before;
    }
  }
}

void FallenDue::cut_back(size_t size) {
  times.resize(size);
  rows.resize(size);
}

void FallenDue::forget(size_t first) {
  times.erase(times.begin(), times.begin() + static_cast<ptrdiff_t>(first));
  rows.erase(rows.begin(), rows.begin() + static_cast<ptrdiff_t>(first));
}

}  // namespace tocsin
