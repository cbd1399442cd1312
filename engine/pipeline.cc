#include "engine/pipeline.h"

#include <xxhash.h>

#include <algorithm>
#include <cassert>
#include <cstring>
#include <mutex>

#include "engine/tasks.h"
#include "rules-dsl/value/text.h"

namespace tocsin {

namespace {

constexpr uint32_t kAllDomains = UINT32_MAX;
constexpr size_t kSliceBytes = 128 << 10;  // of input decoded by one task

}  // namespace

// Decoders are lent to tasks, one for each slice of input.
struct Pipeline::Workers {
  explicit Workers(unsigned threads) : tasks(threads) {}

  std::unique_ptr<Decoder> borrow(const plan::Program& program) {
    const std::lock_guard lock(mutex);
    if (idle.empty()) return std::make_unique<Decoder>(program);
    auto decoder = std::move(idle.back());
    idle.pop_back();
    return decoder;
  }

  void give_back(std::unique_ptr<Decoder> decoder) {
    const std::lock_guard lock(mutex);
    idle.push_back(std::move(decoder));
  }

  Tasks tasks;
  std::mutex mutex;
  std::vector<std::unique_ptr<Decoder>> idle;
};

// An operation on its way to the shard of its subject.
struct Pipeline::Routed {
  const Operation* operation;
  const DecodedSlice* slice;
};

struct Pipeline::ShardWork {
  std::vector<Routed> operations;  // in input order
  std::vector<Applied> applied;
  std::vector<Delta> deltas;
};

Pipeline::Pipeline(std::shared_ptr<const plan::Program> program, const EngineOptions& options,
                   const StateStore* store)
    : program_(std::move(program)),
      store_(store),
      workers_(std::make_unique<Workers>(options.threads)),
      memory_bytes_(options.memory_bytes),
      keys_a_step_(options.keys_a_step) {
  const size_t each = memory_bytes_ / (options.shards * program_->domains.size());
  for (uint32_t domain = 0; domain < program_->domains.size(); ++domain) {
    Shards& shards = domains_.emplace_back();
    for (unsigned i = 0; i < options.shards; ++i) {
      shards.push_back(std::make_unique<Shard>(*program_, domain, store, each,
                                               options.snapshot_spacing, options.prune_rows));
    }
  }
}

Pipeline::~Pipeline() = default;

DecodedBatch Pipeline::decode(const Batch& batch) {
  DecodedBatch decoded;
  for (size_t chunk = 0; chunk < batch.chunks.size(); ++chunk) {
    const std::string& bytes = batch.chunks[chunk].bytes;
    for (size_t begin = 0; begin < bytes.size();) {
      size_t end = std::min(begin + kSliceBytes, bytes.size());
      if (end < bytes.size()) end = std::min(bytes.find('\n', end - 1), bytes.size() - 1) + 1;
      auto slice = std::make_unique<DecodedSlice>();
      slice->chunk = chunk;
      slice->begin = begin;
      slice->end = end;
      decoded.slices.push_back(std::move(slice));
      begin = end;
    }
  }
  workers_->tasks.each(decoded.slices.size(), [&](size_t i) {
    auto decoder = workers_->borrow(*program_);
    DecodedSlice& slice = *decoded.slices[i];
    decoder->decode(batch.chunks[slice.chunk], batch.latest_time, slice);
    workers_->give_back(std::move(decoder));
  });
  for (size_t i = 1; i < decoded.slices.size(); ++i) {
    const DecodedSlice& before = *decoded.slices[i - 1];
    DecodedSlice& slice = *decoded.slices[i];
    if (slice.chunk == before.chunk) slice.first_line = before.first_line + before.lines;
  }
  return decoded;
}

// Every record that came in is applied, a duplicate, outdated or rejected; nothing else exists.
BatchReport Pipeline::accept(const Batch& batch, const DecodedBatch& decoded,
                             std::optional<int64_t> wall_clock) {
  BatchReport report;
  std::vector<ShardWork> work = route(batch, decoded, report);
  apply(work);
  exchange(work);
  int64_t latest = INT64_MIN;
  report_outcomes(batch, work, report, latest);
  target_ = std::max(clock_, wall_clock.value_or(latest));
  assert(report.received ==
         report.applied + report.duplicates + report.outdated + report.rejects.size());
  return report;
}

namespace {

Reject placed(const Reject& reject, const Chunk& chunk, const DecodedSlice& slice) {
  Reject at = reject;
  at.line = chunk.first_line + slice.first_line + reject.line;
  at.byte_offset = chunk.byte_offset + slice.begin + reject.byte_offset;
  at.connection = chunk.connection;
  return at;
}

}  // namespace

std::vector<Pipeline::ShardWork> Pipeline::route(const Batch& batch, const DecodedBatch& decoded,
                                                 BatchReport& report) const {
  std::vector<ShardWork> work(domains_.front().size());
  for (const auto& slice : decoded.slices) {
    report.received += slice->records;
    for (const Reject& reject : slice->rejects) {
      report.rejects.push_back(placed(reject, batch.chunks[slice->chunk], *slice));
    }
    for (const Operation& operation : slice->operations) {
      work[shard_of(operation.row->subject())].operations.push_back({&operation, slice.get()});
    }
  }
  for (const Chunk& chunk : batch.chunks) {
    report.received += chunk.framing_rejects.size();
    for (const FramingReject& reject : chunk.framing_rejects) {
      report.rejects.push_back({0, chunk.source, reject.line, reject.byte_offset, reject.reason, "",
                                reject.text, chunk.connection});
    }
  }
  return work;
}

void Pipeline::apply(std::vector<ShardWork>& work) {
  workers_->tasks.each(work.size(), [&](size_t i) {
    Shard& shard = *domains_[0][i];
    for (const Routed& routed : work[i].operations) {
      work[i].applied.push_back(shard.apply(*routed.operation, work[i].deltas));
    }
  });
}

// Between two layers: what entered or left the set goes to the shards of the next key.
void Pipeline::exchange(const std::vector<ShardWork>& work) {
  struct Sent {
    std::string key;
    Delta delta;
  };
  for (uint32_t domain = 1; domain < domains_.size(); ++domain) {
    std::vector<std::vector<Sent>> sent(domains_[domain].size());
    for (const ShardWork& from : work) {
      for (const Delta& delta : from.deltas) {
        std::optional<std::string> key = key_of(program_->domains[domain], *delta.row);
        if (key) sent[shard_of(*key)].push_back({std::move(*key), delta});
      }
    }
    workers_->tasks.each(sent.size(), [&](size_t i) {
      for (const Sent& one : sent[i]) domains_[domain][i]->apply(one.key, one.delta);
    });
  }
}

void Pipeline::report_outcomes(const Batch& batch, std::vector<ShardWork>& work,
                               BatchReport& report, int64_t& latest) const {
  using Outcome = InsertResult::Outcome;
  for (const ShardWork& from : work) {
    for (size_t i = 0; i < from.operations.size(); ++i) {
      const auto& [operation, slice] = from.operations[i];
      const auto [outcome, late] = from.applied[i];
      if (operation->kind == OperationKind::kMove) continue;  // counted with its insertion
      const bool inserts = operation->kind == OperationKind::kInsert;
      // "The greatest time seen", whatever became of the record since: so no order of arrival
      // matters.
      if (inserts && outcome != Outcome::kConflict) latest = std::max(latest, operation->row->time);
      if (!inserts || outcome == Outcome::kInserted || outcome == Outcome::kRetracted) {
        ++report.applied;
        report.late += late ? 1 : 0;
      } else if (outcome == Outcome::kDuplicate) {
        ++report.duplicates;
      }
      if (outcome == Outcome::kOutdated) ++report.outdated;
      if (outcome != Outcome::kConflict) continue;
      const Chunk& chunk = batch.chunks[slice->chunk];
      const char* line = chunk.bytes.data() + slice->begin + operation->byte_offset;
      const auto* end =
          static_cast<const char*>(std::memchr(line, '\n', limits::kLineBytesMax + 1));
      const std::string_view text(line, end == nullptr ? 0 : static_cast<size_t>(end - line));
      report.rejects.push_back(placed(
          {0, chunk.source, operation->line, operation->byte_offset,
           "another record with this type, subject and id, the same version and other content was "
           "accepted before; send a correction with a higher `version`",
           "id", std::string(cut_utf8(text, limits::kRejectTextBytesMax))},
          chunk, *slice));
    }
  }
  std::stable_sort(report.rejects.begin(), report.rejects.end(),
                   [](const Reject& a, const Reject& b) {
                     return std::tie(a.source, a.line) < std::tie(b.source, b.line);
                   });
}

Changes Pipeline::advance() {
  Due stop = next_stop();
  const std::string last_key(stop.key);  // of a timer that its shard may be done with first
  stop.key = last_key;
  clock_ = stop.time;
  std::vector<Changes> changes(domains_.size() * domains_[0].size());
  workers_->tasks.each(changes.size(), [&](size_t i) {
    Shard& shard = *domains_[i / domains_[0].size()][i % domains_[0].size()];
    shard.touch_due(stop);
    shard.fold(clock_, changes[i]);
  });
  Changes all;
  for (Changes& some : changes) std::move(some.begin(), some.end(), std::back_inserter(all));
  std::sort(all.begin(), all.end());
  return all;
}

// After a standstill, or when one record moves the clock far, much may be due at once: then in
// steps. Deadlines are often dates, so that many keys are due in the same instant: a step may end
// between two of them.
Due Pipeline::next_stop() {
  std::vector<Due> due;
  for (const Shards& shards : domains_) {
    for (const auto& shard : shards) shard->first_due(target_, keys_a_step_ + 1, due);
  }
  reached_ = due.size() <= keys_a_step_;
  if (reached_) return {.time = target_, .domain = kAllDomains, .key = {}};
  const auto last = due.begin() + static_cast<ptrdiff_t>(keys_a_step_ - 1);
  std::nth_element(due.begin(), last, due.end());
  return *last;
}

size_t Pipeline::shard_of(std::string_view key) const {
  return XXH3_64bits(key.data(), key.size()) % domains_.front().size();
}

// The key's text; none when the type lacks the field or the record its value.
std::optional<std::string> Pipeline::key_of(const plan::Domain& domain, const Row& row) const {
  const int slot = domain.types[row.type].key_slot;
  if (slot < 0) return std::nullopt;
  const Value value = row.value(static_cast<uint32_t>(slot));
  if (value.is_missing()) return std::nullopt;
  return key_text(value, domain.key_type, *program_->calendar);
}

}  // namespace tocsin
