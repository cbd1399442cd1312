// Pipeline, second part: what checkpoints and queries ask of the shards.
#include <algorithm>

#include "engine/pipeline.h"

namespace tocsin {

int64_t Pipeline::next_due() const {
  int64_t due = INT64_MAX;
  for (const Shards& shards : domains_) {
    for (const auto& shard : shards) due = std::min(due, shard->next_due());
  }
  return due;
}

void Pipeline::save_dirty(uint64_t number, std::vector<KeyRecord>& records) {
  for (const Shards& shards : domains_) {
    for (const auto& shard : shards) shard->save_dirty(number, records);
  }
}

void Pipeline::committed(uint64_t number) {
  for (const Shards& shards : domains_) {
    for (const auto& shard : shards) shard->committed(number);
  }
}

void Pipeline::evict(uint64_t committed) {
  for (const Shards& shards : domains_) {
    for (const auto& shard : shards) shard->evict(committed);
  }
}

size_t Pipeline::bytes() const {
  size_t bytes = 0;
  for (const Shards& shards : domains_) {
    for (const auto& shard : shards) bytes += shard->bytes();
  }
  return bytes;
}

void Pipeline::add_timer(uint32_t domain, std::string_view key, int64_t due) {
  if (domain < domains_.size()) domains_[domain][shard_of(key)]->add_timer(due, key);
}

std::vector<Faults> Pipeline::faults() const {
  std::vector<Faults> total(program_->rules.size());
  for (const Shards& shards : domains_) {
    for (const auto& shard : shards) {
      for (size_t rule = 0; rule < total.size(); ++rule) total[rule] += shard->faults()[rule];
    }
  }
  return total;
}

std::optional<Error> Pipeline::failure() const {
  for (const Shards& shards : domains_) {
    for (const auto& shard : shards) {
      if (shard->failure()) return shard->failure();
    }
  }
  return std::nullopt;
}

Status Pipeline::load_links() {
  if (linkages_.empty() || store_ == nullptr) return Done{};
  Status whole = Done{};
  const Status read = store_->for_each_key([&](KeyRecord&& record) {
    const auto linkage = linkages_.find(record.domain);
    if (linkage == linkages_.end()) return;
    Shard& shard = *domains_[record.domain][shard_of(record.key)];
    Result<std::vector<RowPtr>> rows = shard.rows_of(record);
    if (rows) {
      linkage->second.load(record.key, std::move(*rows));
    } else if (whole) {
      whole = rows.error();
    }
  });
  return read ? whole : read;
}

Status Pipeline::for_each_warning(const VisitWarning& visit) {
  for (const Shards& shards : domains_) {
    for (const auto& shard : shards) {
      if (const Status read = shard->for_each_warning(visit); !read) return read;
    }
  }
  if (store_ == nullptr) return Done{};
  return store_->for_each_key([&](KeyRecord&& record) {
    if (record.domain >= domains_.size()) return;
    Shard& shard = *domains_[record.domain][shard_of(record.key)];
    if (shard.holds(record.key)) return;
    const auto state = shard.restore(record);
    for (const Warning& warning : state->fold.warnings) visit(record.key, warning);
  });
}

}  // namespace tocsin
