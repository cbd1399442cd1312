#include "engine/state/shard.h"

#include <algorithm>
#include <cassert>

namespace tocsin {

using Outcome = InsertResult::Outcome;

Shard::Shard(const plan::Program& program, uint32_t domain, const StateStore* store,
             size_t memory_bytes, uint32_t snapshot_spacing, uint32_t prune_rows)
    : domain_(program.domains[domain]),
      domain_number_(domain),
      store_(store),
      memory_bytes_(memory_bytes),
      folder_{domain_, KeyFold(program, domain_), Horizon(domain_, *program.calendar),
              snapshot_spacing, store == nullptr ? kKeepAll : prune_rows} {}

KeyState& Shard::state_of(std::string_view key) {
  if (KeyState* known = find(key)) return *known;
  auto fresh = std::make_unique<KeyState>(std::string(key), domain_);
  KeyState& state = *keys_.emplace(std::string(key), std::move(fresh)).first->second;
  use(state);
  return state;
}

KeyState* Shard::find(std::string_view key) {
  const auto found = keys_.find(key);
  if (found != keys_.end()) return found->second.get();
  std::unique_ptr<KeyState> loaded = load(key);
  if (loaded == nullptr) return nullptr;
  KeyState& state = *keys_.emplace(std::string(key), std::move(loaded)).first->second;
  use(state);
  return &state;
}

KeyState* Shard::find_whole(std::string_view key) {
  KeyState* state = find(key);
  if (state == nullptr || state->cold.empty()) return state;
  touch(*state);
  put_back_cold_rows(*state);
  return state;
}

std::unique_ptr<KeyState> Shard::load(std::string_view key) {
  if (store_ == nullptr) return nullptr;
  const auto saved = store_->key_state(domain_number_, key);
  if (!saved) {
    if (!failure_) failure_ = saved.error();
    return nullptr;
  }
  if (!saved.value()) return nullptr;
  std::unique_ptr<KeyState> state = restore(*saved.value());
  state->saved_with = kSavedBefore;
  return state;
}

std::unique_ptr<KeyState> Shard::restore(const KeyRecord& saved) {
  auto state = std::make_unique<KeyState>(saved.key, domain_);
  std::string_view bytes = saved.state;
  int64_t position = INT64_MIN;
  bool whole = bytes.size() >= sizeof position;
  if (whole) {
    std::memcpy(&position, bytes.data(), sizeof position);
    bytes.remove_prefix(sizeof position);
    whole = state->rows.deserialise(bytes);
  }
  std::vector<RowPtr> cold;
  for (const auto& chunk : saved.cold.chunks) whole = whole && read_cold_rows(*chunk, cold);
  if (!whole) {
    if (!failure_) failure_ = damaged(saved.key);
    return state;
  }
  state->linked = true;
  state->rows.put_back(std::move(cold));
  state->cold.forget(saved.cold);
  restore_key(*state, folder_, position);
  return state;
}

Result<std::vector<RowPtr>> Shard::rows_of(const KeyRecord& saved) const {
  KeyRows kept;
  std::string_view bytes = saved.state;
  bool whole = bytes.size() >= sizeof(int64_t);
  if (whole) bytes.remove_prefix(sizeof(int64_t));
  whole = whole && kept.deserialise(bytes);
  std::vector<RowPtr> rows = kept.part_with([](const Row&) { return true; });
  for (const auto& chunk : saved.cold.chunks) whole = whole && read_cold_rows(*chunk, rows);
  if (!whole) return damaged(saved.key);
  return rows;
}

Error Shard::damaged(const std::string& key) const {
  return {ErrorKind::kCorrupt, "the saved state of key \"" + key + "\" is damaged",
          "stop, delete the state directory and start again: it is rebuilt from the journal"};
}

Status Shard::for_each_chunk(const KeyState& state,
                             const std::function<bool(std::string_view)>& take) const {
  const ColdRows& cold = state.cold;
  const auto stored =
      store_->cold_chunks(domain_number_, state.key, cold.stored_begin(), cold.stored_end());
  if (!stored) return stored.error();
  bool whole = true;
  for (const auto& chunk : stored.value()) whole = whole && take(*chunk);
  for (const ColdRows::Unsaved& one : cold.unsaved()) whole = whole && take(*one.chunk);
  if (!whole) return damaged(state.key);
  return Done{};
}

void Shard::put_back_cold_rows(KeyState& state) {
  std::vector<RowPtr> rows;
  Settled past;
  const Status read = for_each_chunk(state, [&](std::string_view chunk) {
    return read_cold_rows(chunk, rows) && read_cold_warnings(chunk, past.warnings) &&
           read_cold_outputs(chunk, past.outputs);
  });
  if (read) return state.put_back(std::move(rows), std::move(past));
  if (!failure_) failure_ = read.error();
}

Status Shard::for_each_warning(const VisitWarning& visit) const {
  for (const auto& [key, state] : keys_) {
    std::vector<Warning> cold;
    if (!state->cold.empty()) {
      const Status read = for_each_chunk(
          *state, [&](std::string_view chunk) { return read_cold_warnings(chunk, cold); });
      if (!read) return read;
    }
    for (const auto* warnings : {&cold, &state->settled.warnings, &state->fold.warnings}) {
      for (const Warning& warning : *warnings) visit(key, warning);
    }
  }
  return Done{};
}

void Shard::touch(KeyState& state) {
  if (state.touched) return;
  state.touched = true;
  touched_.push_back(&state);
}

void Shard::take_out(KeyState& state, RowPtr row, Reason reason, std::vector<Delta>* deltas) {
  if (row == nullptr) return;
  state.disturb(row->time, reason);
  if (deltas != nullptr) deltas->push_back({row.get(), false, reason});
  state.removed.push_back(std::move(row));
}

void Shard::put_in(KeyState& state, InsertResult& result, Reason reason,
                   std::vector<Delta>* deltas) {
  if (result.replaced != nullptr) reason = std::max(reason, Reason::kAmendment);
  take_out(state, std::move(result.replaced), reason, deltas);
  state.disturb(result.row->time, reason);
  if (deltas != nullptr) deltas->push_back({result.row, true, reason});
}

Applied Shard::apply(const Operation& operation, std::vector<Delta>& deltas) {
  const Row& row = *operation.row;
  KeyState& state = state_of(row.subject());
  touch(state);
  if (state.cold.may_hold(row)) put_back_cold_rows(state);
  if (operation.kind == OperationKind::kInsert) {
    InsertResult result = state.rows.insert(row);
    const Reason reason = row.version > 0 ? Reason::kAmendment : Reason::kLateRecord;
    if (result.outcome != Outcome::kInserted) return {result.outcome, false};
    put_in(state, result, reason, &deltas);
    return {result.outcome, row.time <= state.fold.position};
  }
  const bool moved = operation.kind == OperationKind::kMove;
  RowPtr removed = state.rows.retract(row, moved ? operation.below_version : INT64_MAX);
  take_out(state, std::move(removed), moved ? Reason::kAmendment : Reason::kRetraction, &deltas);
  return {};
}

void Shard::apply(std::string_view key, const Delta& delta) {
  KeyState& state = state_of(key);
  touch(state);
  if (state.cold.may_hold(*delta.row)) put_back_cold_rows(state);
  if (failure_) return;
  if (!delta.enters) {
    RowPtr removed = state.rows.remove(*delta.row);
    assert(removed != nullptr);
    take_out(state, std::move(removed), delta.reason, nullptr);
    return;
  }
  InsertResult result = state.rows.insert(*delta.row);
  assert(result.outcome == Outcome::kInserted && result.replaced == nullptr);
  put_in(state, result, delta.reason, nullptr);
}

void Shard::touch_due(const Due& last) {
  for (const auto& [time, key] : timers_) {
    if (Due{time, domain_number_, key} > last) break;
    touch(state_of(key));
  }
}

void Shard::fold(int64_t clock, FoldResult& result) {
  for (KeyState* state : touched_) {
    const int64_t due_before = state->due;
    if (state->disturbed_past() && !state->cold.empty()) put_back_cold_rows(*state);
    fold_key(*state, folder_, clock, result);
    if (prune_key(*state, folder_)) cooling_.push_back(state);
    if (state->due != due_before) {
      timers_.erase({due_before, state->key});
      add_timer(state->due, state->key);
    }
    if (!state->dirty) {
      state->dirty = true;
      dirty_.push_back(state);
    }
    use(*state);
  }
  touched_.clear();
}

void Shard::add_timer(int64_t due, std::string_view key) {
  if (due != INT64_MAX) timers_.emplace(due, key);
}

int64_t Shard::next_due() const { return timers_.empty() ? INT64_MAX : timers_.begin()->first; }

int64_t Shard::next_touched() const {
  int64_t first = INT64_MAX;
  for (const KeyState* state : touched_) {
    const std::vector<RowPtr>& rows = state->rows.sorted();
    const auto fresh = std::partition_point(rows.begin(), rows.end(), [&](const RowPtr& row) {
      return row->time <= state->fold.position;
    });
    if (fresh != rows.end()) first = std::min(first, (*fresh)->time);
  }
  return first;
}

void Shard::first_due(int64_t clock, size_t count_max, std::vector<Due>& due) const {
  for (const auto& [time, key] : timers_) {
    if (time > clock || count_max-- == 0) return;
    due.push_back({time, domain_number_, key});
  }
}

void Shard::save_dirty(uint64_t number, std::vector<KeyRecord>& records) {
  for (KeyState* state : dirty_) {
    KeyRecord& record = records.emplace_back();
    record.domain = domain_number_;
    record.key = state->key;
    record.due = state->due;
    record.cold = state->cold.save(number);
    if (!state->rows.empty()) {
      const int64_t position = state->fold.position;
      record.state.assign(reinterpret_cast<const char*>(&position), sizeof position);
      state->rows.serialise(record.state);
    }
    state->dirty = false;
    state->saved_with = number;
  }
  dirty_.clear();
}

void Shard::committed(uint64_t number) {
  std::erase_if(cooling_, [&](KeyState* state) {
    const bool done = state->cold.committed(number);
    count(*state);
    return done;
  });
}

void Shard::evict(uint64_t committed) {
  KeyState* state = oldest_;
  while (bytes_ > memory_bytes_ && state != nullptr) {
    KeyState* next = state->newer;
    if (!state->dirty && state->saved_with != 0 && state->saved_with <= committed) {
      bytes_ -= state->counted_bytes;
      unlink(*state);
      keys_.erase(state->key);
    }
    state = next;
  }
}

void Shard::count(KeyState& state) {
  bytes_ += state.bytes() - state.counted_bytes;
  state.counted_bytes = state.bytes();
}

void Shard::use(KeyState& state) {
  count(state);
  if (newest_ == &state) return;
  unlink(state);
  state.older = newest_;
  if (newest_ != nullptr) newest_->newer = &state;
  newest_ = &state;
  if (oldest_ == nullptr) oldest_ = &state;
}

void Shard::unlink(KeyState& state) {
  if (state.newer != nullptr) state.newer->older = state.older;
  if (state.older != nullptr) state.older->newer = state.newer;
  if (newest_ == &state) newest_ = state.older;
  if (oldest_ == &state) oldest_ = state.newer;
  state.newer = state.older = nullptr;
}

}  // namespace tocsin
