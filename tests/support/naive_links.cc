// `across`, for the naive evaluator: the edges in force at a moment, and a search along them.
#include <algorithm>
#include <cassert>

#include "rules-dsl/limits.h"
#include "tests/support/naive_expression.h"

namespace tocsin::testing {
namespace {

std::optional<std::string> name_at(const dsl::LinkEnd& end, const NaiveRecord& record) {
  if (end.binding.kind == dsl::BindingKind::kField) {
    const Value value = record.values.at(static_cast<size_t>(end.binding.index)).get();
    if (value.is_missing()) return std::nullopt;
    return std::string(value.text());
  }
  const auto builtin = static_cast<dsl::Builtin>(end.binding.index);
  assert(builtin != dsl::Builtin::kTime);
  if (builtin == dsl::Builtin::kId) return record.id;
  if (builtin == dsl::Builtin::kSubject && record.subject.empty()) return std::nullopt;
  return record.subject;
}

}  // namespace

std::vector<NaiveEdge> NaiveExpressions::edges(const dsl::LinkDecl& link,
                                               const Moment& moment) const {
  std::vector<NaiveEdge> edges;
  for (const dsl::LinkEdge& edge : link.edges) {
    for (const NaiveRecord* record : *moment.all) {
      if (record->type != edge.record_type || record->time > moment.time) continue;
      if (moment.time >= end_of(*record)) continue;
      Moment inside = moment;
      inside.aggregated = record;
      if (!is_true(edge.where.get(), inside)) continue;
      const auto a = name_at(edge.ends[0], *record);
      const auto b = name_at(edge.ends[1], *record);
      if (a && b) edges.push_back({*a, *b});
    }
  }
  return edges;
}

NaiveReach NaiveExpressions::reach(const dsl::Across& across, const Moment& moment) const {
  const auto all_edges = edges(policy_.links.at(static_cast<size_t>(across.link_index)), moment);
  const std::string start(moment.key.front().text());
  NaiveReach reach{{start, {start}}};
  for (int hop = 0; hop < across.hops; ++hop) {
    NaiveReach further;
    const auto go = [&](const std::string& from, const std::string& to) {
      if (!reach.contains(from) || reach.contains(to)) return;
      std::vector<std::string> path = reach[from];
      path.push_back(to);
      const auto [known, is_new] = further.try_emplace(to, path);
      if (!is_new) known->second = std::min(known->second, path);
    };
    for (const NaiveEdge& edge : all_edges) {
      go(edge.a, edge.b);
      go(edge.b, edge.a);
    }
    reach.insert(further.begin(), further.end());
  }
  return reach;
}

std::optional<NaiveReach> NaiveExpressions::bounded_reach(const dsl::Across& across,
                                                          const Moment& moment) const {
  NaiveReach within = reach(across, moment);
  const auto most = static_cast<size_t>(across.at_most.value_or(limits::kReachNames));
  if (within.size() - 1 > most) return std::nullopt;
  if (across.excluding_self) within.erase(std::string(moment.key.front().text()));
  return within;
}

RecordList NaiveExpressions::candidates(const dsl::Aggregate& aggregate,
                                        const Moment& moment) const {
  if (!aggregate.across) return *moment.records;
  const auto within = bounded_reach(*aggregate.across, moment);
  if (!within) return {};
  RecordList records;
  for (const NaiveRecord* record : *moment.all) {
    // A warning without a subject is nobody's.
    if (!record->subject.empty() && within->contains(record->subject)) records.push_back(record);
  }
  return records;
}

void NaiveExpressions::collect_paths(const dsl::Aggregate& aggregate, const Moment& moment,
                                     std::set<std::vector<std::string>>& paths) const {
  if (!aggregate.across) return;
  NaiveReach within = reach(*aggregate.across, moment);
  for (const NaiveRecord* record : covered(aggregate, moment)) {
    if (record->subject != moment.key.front().text()) paths.insert(within.at(record->subject));
  }
}

}  // namespace tocsin::testing
