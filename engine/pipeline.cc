#include "engine/pipeline.h"

#include <xxhash.h>

#include <algorithm>
#include <cassert>
#include <cstring>
#include <mutex>

#include "engine/record/row_key.h"
#include "engine/tasks.h"
#include "rules-dsl/value/text.h"

namespace tocsin {

namespace {

constexpr uint32_t kAllDomains = UINT32_MAX;
constexpr size_t kSliceBytes = 128 << 10;  // of input decoded by one task

}  // namespace

// Decoders are lent to tasks, one for each slice of input.
struct Pipeline::Workers {
  Workers(unsigned threads, std::shared_ptr<const Pseudonyms> own)
      : tasks(threads), pseudonyms(std::move(own)) {}

  std::unique_ptr<Decoder> borrow(const plan::Program& program) {
    const std::lock_guard lock(mutex);
    if (idle.empty()) return std::make_unique<Decoder>(program, pseudonyms.get());
    auto decoder = std::move(idle.back());
    idle.pop_back();
    return decoder;
  }

  void give_back(std::unique_ptr<Decoder> decoder) {
    const std::lock_guard lock(mutex);
    idle.push_back(std::move(decoder));
  }

  Tasks tasks;
  const std::shared_ptr<const Pseudonyms> pseudonyms;
  std::mutex mutex;
  std::vector<std::unique_ptr<Decoder>> idle;
};

// An operation on its way to the shard of its subject.
struct Pipeline::Routed {
  const Operation* operation;
  const DecodedSlice* slice;
};

// A row on its way to a key of another domain.
struct Pipeline::Sent {
  std::string key;
  Delta delta;
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
      workers_(std::make_unique<Workers>(options.threads, options.pseudonyms)),
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
  for (uint32_t domain = 0; domain < domains_.size(); ++domain) {
    if (program_->domains[domain].reaches.empty()) continue;
    linkages_.try_emplace(domain, *program_, domain,
                          [this, domain](std::string_view key) -> Shard& {
                            return *domains_[domain][shard_of(key)];
                          });
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

// What entered or left the set goes to the shards of the other domains' keys.
void Pipeline::exchange(const std::vector<ShardWork>& work) {
  const size_t shards = domains_[0].size();
  if (domains_.size() == 1) return;
  std::vector<std::vector<Sent>> sent(domains_.size() * shards);
  for (uint32_t domain = 1; domain < domains_.size(); ++domain) {
    const plan::Domain& to = program_->domains[domain];
    for (const ShardWork& from : work) {
      for (const Delta& delta : from.deltas) {
        if (to.types[delta.row->type].rekeyed) continue;  // it comes from its subject's fold
        std::optional<std::string> key = key_of(to, *delta.row, *program_->calendar);
        if (key) sent[domain * shards + shard_of(*key)].push_back({std::move(*key), delta});
      }
    }
  }
  deliver(sent);
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
  Changes all;
  const auto domains = static_cast<uint32_t>(domains_.size());
  for (uint32_t first = 0, last = 0; first < domains; first = last) {
    while (last < domains && layer_of(last) == layer_of(first)) ++last;
    // A step may end within an instant: then later layers have not yet all that it brings.
    const bool within = stop.domain != kAllDomains;
    const bool waits = within && layer_of(first) > layer_of(stop.domain);
    std::vector<FoldResult> folded = fold(first, last, stop, waits ? clock_ - 1 : clock_);
    exchange_outputs(first, folded);
    for (FoldResult& one : folded) {
      std::move(one.changes.begin(), one.changes.end(), std::back_inserter(all));
    }
  }
  std::sort(all.begin(), all.end());
  return all;
}

// The domains [first, last), which are of one layer.
std::vector<FoldResult> Pipeline::fold(uint32_t first, uint32_t last, const Due& stop,
                                       int64_t clock) {
  const size_t shards = domains_[0].size();
  std::vector<FoldResult> folded((last - first) * shards);
  workers_->tasks.each(folded.size(), [&](size_t i) {
    Shard& shard = *domains_[first + i / shards][i % shards];
    shard.touch_due(stop);
    shard.fold(clock, folded[i]);
  });
  return folded;
}

// Between two layers: what the domains from `first` on put out, or put out no more, goes to the
// shards of the keys that it is for.
void Pipeline::exchange_outputs(uint32_t first, const std::vector<FoldResult>& folded) {
  const bool any = std::any_of(folded.begin(), folded.end(),
                               [](const FoldResult& one) { return !one.outputs.empty(); });
  if (!any) return;
  const size_t shards = domains_[0].size();
  std::vector<std::vector<Sent>> sent(domains_.size() * shards);
  for (size_t i = 0; i < folded.size(); ++i) {
    const plan::Domain& from = program_->domains[first + i / shards];
    for (const OutputDelta& output : folded[i].outputs) {
      const Delta delta{output.row.get(), output.enters, output.reason};
      for (uint32_t target : from.routes[output.route].targets) {
        std::optional<std::string> key =
            key_of(program_->domains[target], *output.row, *program_->calendar);
        if (key) sent[target * shards + shard_of(*key)].push_back({std::move(*key), delta});
      }
    }
  }
  deliver(sent);
}

void Pipeline::deliver(const std::vector<std::vector<Sent>>& sent) {
  const size_t shards = domains_[0].size();
  workers_->tasks.each(sent.size(), [&](size_t i) {
    for (const Sent& one : sent[i]) domains_[i / shards][i % shards]->apply(one.key, one.delta);
  });
  follow_links(sent);
}

void Pipeline::follow_links(const std::vector<std::vector<Sent>>& sent) {
  const size_t shards = domains_[0].size();
  for (auto& [domain, linkage] : linkages_) {
    std::vector<Linkage::Arrival> arrivals;
    for (size_t i = domain * shards; i < (domain + 1) * shards; ++i) {
      for (const Sent& one : sent[i]) arrivals.push_back({one.key, one.delta});
    }
    if (!arrivals.empty()) linkage.follow(arrivals);
  }
}

// After a standstill, or when one record moves the clock far, much may be due at once: then in
// steps. Deadlines are often dates, so that many keys are due in the same instant: a step may end
// between two of them.
Due Pipeline::next_stop() {
  std::vector<Due> due;
  for (const Shards& shards : domains_) {
    for (const auto& shard : shards) shard->first_due(target_, keys_a_step_ + 1, due);
  }
  const int64_t end = last_at_once(due.size());
  std::erase_if(due, [end](const Due& one) { return one.time > end; });
  if (due.size() <= keys_a_step_) {
    reached_ = end == target_;
    return {.time = end, .domain = kAllDomains, .key = {}};
  }
  reached_ = false;
  const auto last = due.begin() + static_cast<ptrdiff_t>(keys_a_step_ - 1);
  std::nth_element(due.begin(), last, due.end());
  return *last;
}

// What begins with every period is told of every key, and a clock that leaps passes many periods: a
// step takes in so many that they come to some keys_a_step_ messages, but one at least.
int64_t Pipeline::last_at_once(size_t keys) const {
  if (program_->periods.empty()) return target_;
  int64_t first = next_due();
  for (const auto& shard : domains_[0]) {
    first = std::min(first, shard->next_touched());
    keys += shard->touched();
  }
  first = std::max(first, clock_);
  int64_t end = target_;
  for (const Period& period : program_->periods) {
    int64_t time = first - (first == INT64_MIN ? 0 : 1);
    size_t left = std::max<size_t>(keys_a_step_ / std::max<size_t>(keys, 1), 1);
    while (left-- > 0 && time < end) time = next_period(period, time, *program_->calendar);
    end = std::min(end, time);
  }
  return std::max(end, clock_);
}

size_t Pipeline::shard_of(std::string_view key) const {
  return XXH3_64bits(key.data(), key.size()) % domains_.front().size();
}

}  // namespace tocsin
