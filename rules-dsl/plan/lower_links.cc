// DomainBuilder, third part: links, and what is seen across them.
#include <algorithm>

#include "rules-dsl/limits.h"
#include "rules-dsl/plan/domain_builder.h"

namespace tocsin::plan {

// The type of the copies that everybody within reach sees.
uint16_t DomainBuilder::type_across(int record_type, int reach) {
  const uint16_t type = projection_.type(record_type);
  const auto copy = static_cast<uint16_t>(domain_.types_own + type);
  domain_.types[type].across = copy;
  std::vector<uint32_t>& seen_in = domain_.types[copy].seen_in;
  const auto number = static_cast<uint32_t>(reach);
  if (std::find(seen_in.begin(), seen_in.end(), number) == seen_in.end()) {
    seen_in.push_back(number);
  }
  return copy;
}

uint16_t DomainBuilder::type_here(int record_type) {
  return reach_ == kNoReach ? projection_.type(record_type) : type_across(record_type, reach_);
}

// Whoever sees the records across a link has to see what ends them.
void DomainBuilder::see_endings(const dsl::RecordDecl& record) {
  if (reach_ == kNoReach) return;
  for (const dsl::Until& until : record.untils) {
    if (until.record) type_across(until.record->record_type, reach_);
  }
  if (record.origin != dsl::Origin::kDeclared) type_across(record.ends, reach_);
}

int DomainBuilder::reach_of(const dsl::Across& across) {
  const auto names_max = static_cast<size_t>(across.at_most.value_or(limits::kReachNames));
  const uint32_t link = link_of(across.link_index);
  std::vector<ReachPlan>& reaches = domain_.reaches;
  const auto same = std::find_if(reaches.begin(), reaches.end(), [&](const ReachPlan& other) {
    return other.link == link && other.hops == across.hops && other.names_max == names_max;
  });
  const auto number = static_cast<int>(same - reaches.begin());
  if (same != reaches.end()) return number;
  // Behind the domain's own types and their copies.
  domain_.types.resize(std::max<size_t>(domain_.types.size(), 2 * domain_.types_own));
  reaches.push_back({link, across.hops, names_max, static_cast<uint16_t>(domain_.types.size())});
  domain_.types.emplace_back().reach = number;
  domain_.takes_derived = true;
  return number;
}

uint32_t DomainBuilder::link_of(int declared) {
  std::vector<LinkPlan>& links = domain_.links;
  const auto known = std::find_if(links.begin(), links.end(), [&](const LinkPlan& other) {
    return other.declared == declared;
  });
  if (known != links.end()) return static_cast<uint32_t>(known - links.begin());
  LinkPlan plan{.declared = declared, .edges = {}};
  for (const dsl::LinkEdge& edge : policy_.links[static_cast<size_t>(declared)].edges) {
    plan.edges.push_back(lower_link_edge(edge));
  }
  links.push_back(std::move(plan));
  return static_cast<uint32_t>(links.size() - 1);
}

LinkEdgePlan DomainBuilder::lower_link_edge(const dsl::LinkEdge& edge) {
  LinkEdgePlan plan;
  plan.type = projection_.type(edge.record_type);
  const int outer = std::exchange(aggregated_type_, edge.record_type);
  if (edge.where) plan.where = lower(*edge.where);
  for (const dsl::Until& until : policy_.records[static_cast<size_t>(edge.record_type)].untils) {
    if (until.after) plan.spans.push_back(span_of(*until.after));
    if (until.at) plan.times.push_back(lower(*until.at));
    if (!until.record) continue;
    const int ending = until.record->record_type;
    const std::vector<int> bound = std::exchange(scopes_, {ending});
    const NodeId where = until.record->where ? lower(*until.record->where) : kNoNode;
    scopes_ = bound;
    plan.endings.push_back({projection_.type(ending), where});
  }
  aggregated_type_ = outer;
  for (size_t i = 0; i < 2; ++i) {
    const dsl::Binding& binding = edge.ends[i].binding;
    if (binding.kind == dsl::BindingKind::kField) {
      plan.ends[i] = {Op::kField, projection_.slot(edge.record_type, binding.index)};
    } else {
      static constexpr Op kOps[] = {Op::kRecordId, Op::kRecordSubject, Op::kRecordTime,
                                    Op::kRecordType};
      plan.ends[i] = {kOps[binding.index], 0};
    }
  }
  return plan;
}

}  // namespace tocsin::plan
