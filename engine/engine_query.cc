// Engine::Impl, second part: what others ask.
#include <algorithm>
#include <tuple>

#include "engine/engine_impl.h"
#include "engine/publish/message_text.h"

namespace tocsin {

std::optional<uint64_t> Engine::Impl::cursor(const std::string& subscriber) const {
  {
    const std::lock_guard lock(mutex_);
    const auto found = cursors_.find(subscriber);
    if (found != cursors_.end()) return found->second;
  }
  if (store_ == nullptr) return std::nullopt;
  const auto stored = store_->cursor(subscriber);
  return stored ? stored.value() : std::nullopt;
}

SourcePosition Engine::Impl::position(const std::string& source) const {
  {
    const std::lock_guard lock(mutex_);
    const auto found = positions_.find(source);
    if (found != positions_.end()) return found->second;
  }
  const SourcePosition nothing{.source = source, .lines = 0, .bytes = 0};
  if (store_ == nullptr) return nothing;
  const auto stored = store_->source(source);
  return stored && stored.value() ? *stored.value() : nothing;
}

std::vector<Reject> Engine::Impl::rejects(uint64_t after_number, size_t count_max) const {
  std::vector<Reject> found;
  if (store_ == nullptr) return found;
  if (auto stored = store_->read_rejects(after_number, count_max)) found = std::move(*stored);
  const uint64_t last = found.empty() ? after_number : found.back().number;
  const std::lock_guard lock(mutex_);
  for (const Reject& reject : rejects_) {
    if (found.size() == count_max) break;
    if (reject.number > last) found.push_back(reject);
  }
  return found;
}

size_t Engine::Impl::unsaved_bytes() const {
  const std::lock_guard lock(mutex_);
  return log_->unsaved_bytes() + rejects_bytes_;
}

std::optional<int64_t> Engine::Impl::clock() const {
  const int64_t clock = clock_.load();
  return clock == INT64_MIN ? std::nullopt : std::optional(clock);
}

std::vector<RuleFaults> Engine::Impl::faults() const {
  std::vector<RuleFaults> found;
  const std::vector<Faults> counts = pipeline_->faults();
  for (size_t rule = 0; rule < counts.size(); ++rule) {
    if (counts[rule].any()) found.push_back({program_->rules[rule].name, counts[rule]});
  }
  return found;
}

std::vector<std::string> Engine::Impl::net_result(Kinds kinds) {
  struct Line {
    uint32_t rule;
    std::string key;
    int64_t raised;
    std::string id;
    std::string text;
    bool operator<(const Line& other) const {
      return std::tie(rule, key, raised, id) <
             std::tie(other.rule, other.key, other.raised, other.id);
    }
  };
  std::vector<Line> lines;
  const Status read =
      pipeline_->for_each_warning([&](const std::string& key, const Warning& warning) {
        if (!kinds.has(program_->rules[warning.rule].kind)) return;
        lines.push_back({warning.rule, key, warning.raised, warning.id_text(),
                         net_line(warning, key, *program_)});
      });
  if (!read) fail(read.error());
  std::sort(lines.begin(), lines.end());
  std::vector<std::string> texts;
  for (Line& line : lines) texts.push_back(std::move(line.text));
  return texts;
}

}  // namespace tocsin
