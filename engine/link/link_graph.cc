#include "engine/link/link_graph.h"

#include <algorithm>
#include <cassert>

#include "engine/link/link_walk.h"

namespace tocsin {

LinkGraph::LinkGraph(std::vector<Reach> reaches)
    : reaches_(std::move(reaches)), hubs_(reaches_.size()) {}

LinkGraph::NameId LinkGraph::id_of(const std::string& name) {
  const auto [known, is_new] = ids_.try_emplace(name, static_cast<NameId>(nodes_.size()));
  if (!is_new) return known->second;
  if (!free_.empty()) {
    known->second = free_.back();
    free_.pop_back();
  } else {
    nodes_.emplace_back();
  }
  nodes_[known->second].name = name;
  return known->second;
}

void LinkGraph::mark_one_way(NameId from, NameId to, const EdgeChange& change) {
  std::vector<Edge>& edges = nodes_[from].edges;
  if (change.comes) {
    edges.push_back({to, change.force, false, true});
    return;
  }
  const auto going = std::find_if(edges.begin(), edges.end(), [&](const Edge& edge) {
    return edge.after && edge.other == to && edge.force == change.force;
  });
  assert(going != edges.end());
  if (going->before) {
    going->after = false;
  } else {
    edges.erase(going);  // came within the same update
  }
}

void LinkGraph::mark(const EdgeChange& change) {
  const NameId a = id_of(change.a);
  const NameId b = id_of(change.b);
  mark_one_way(a, b, change);
  mark_one_way(b, a, change);
  edges_ += change.comes ? 1 : static_cast<size_t>(-1);
}

// What is marked as new is now old, what was to go is gone.
void LinkGraph::settle(NameId id) {
  Node& node = nodes_[id];
  std::erase_if(node.edges, [](const Edge& edge) { return !edge.after; });
  for (Edge& edge : node.edges) edge.before = true;
  if (!node.edges.empty()) return;
  ids_.erase(node.name);
  node = {};
  free_.push_back(id);
}

// When the name has more neighbours than the bound and one, so that each of them sees too many.
TimeSet LinkGraph::too_many(NameId id, size_t names_max) const {
  const std::vector<Edge>& edges = nodes_[id].edges;
  if (edges.size() <= names_max + 1) return {};
  boost::unordered_flat_map<NameId, std::vector<Interval>> by_neighbour;
  for (const Edge& edge : edges) {
    if (edge.after) by_neighbour[edge.other].push_back(edge.force);
  }
  std::vector<Interval> joined;
  for (auto& [other, times] : by_neighbour) {
    const TimeSet set(std::move(times));
    joined.insert(joined.end(), set.intervals().begin(), set.intervals().end());
  }
  return more_than(names_max + 1, joined);
}

const TimeSet& LinkGraph::hub(size_t reach, NameId id) const {
  static const TimeSet never;
  const auto known = hubs_[reach].find(id);
  return known == hubs_[reach].end() ? never : known->second;
}

std::vector<LinkGraph::NameId> LinkGraph::endpoints(std::span<const EdgeChange> changes) const {
  std::vector<NameId> ends;
  for (const EdgeChange& change : changes) {
    for (const std::string* name : {&change.a, &change.b}) ends.push_back(ids_.at(*name));
  }
  std::sort(ends.begin(), ends.end());
  ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
  return ends;
}

TimeSet LinkGraph::refresh_hub(size_t reach, NameId id) {
  TimeSet after = too_many(id, reaches_[reach].names_max);
  TimeSet both = hub(reach, id).within(after);
  if (after.empty()) {
    hubs_[reach].erase(id);
  } else {
    hubs_[reach][id] = std::move(after);
  }
  return both;
}

void LinkGraph::load(std::span<const EdgeChange> changes) {
  for (const EdgeChange& change : changes) mark(change);
  for (NameId end : endpoints(changes)) {
    for (size_t reach = 0; reach < reaches_.size(); ++reach) refresh_hub(reach, end);
    settle(end);
  }
}

// From each end of a changed edge back to those who look at it, over the edges before and after: a
// name's history at some time rests on the edges of the names that it gets to with hops to spare.
// Where one of them has too many neighbours before and after, it is beyond the bound both times.
std::vector<std::vector<std::string>> LinkGraph::update(std::span<const EdgeChange> changes) {
  for (const EdgeChange& change : changes) {
    assert(change.a != change.b && !change.force.empty());
    mark(change);
  }
  const std::vector<NameId> ends = endpoints(changes);
  std::vector<std::vector<std::string>> affected(reaches_.size());
  for (size_t reach = 0; reach < reaches_.size(); ++reach) {
    Spread spread(*this, reach);
    for (NameId end : ends) spread.set_hub(end, refresh_hub(reach, end));
    for (NameId end : ends) {
      std::vector<Interval> changed;
      for (const Edge& edge : nodes_[end].edges) {
        if (edge.before != edge.after) changed.push_back(edge.force);
      }
      spread.begin(end, TimeSet(std::move(changed)).without(spread.hub(end)));
    }
    for (NameId id : spread.run(reaches_[reach].hops - 1))
      affected[reach].push_back(nodes_[id].name);
    std::sort(affected[reach].begin(), affected[reach].end());
  }
  for (NameId end : ends) settle(end);
  return affected;
}

ReachHistory LinkGraph::history(size_t reach, std::string_view from) const {
  const auto known = ids_.find(from);
  if (known == ids_.end()) return {};
  return Walk(*this, reach, known->second).run();
}

// A name with too many neighbours is seen by nobody nearer than the last hop: they all see too many
// at that time.
std::vector<std::string> LinkGraph::seen_by(size_t reach, std::string_view name) const {
  const auto known = ids_.find(name);
  if (known == ids_.end()) return {};
  Spread spread(*this, reach);
  spread.set_hub(known->second, {});
  spread.begin(known->second, TimeSet::always());
  const int hops = reaches_[reach].hops;
  spread.unseen_before(hops, hub(reach, known->second));
  std::vector<std::string> names;
  for (NameId id : spread.run(hops)) {
    if (id != known->second) names.push_back(nodes_[id].name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace tocsin
