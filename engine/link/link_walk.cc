#include "engine/link/link_walk.h"

#include <algorithm>
#include <cassert>

namespace tocsin {

// ---------------------------------------------------------------- Spread

const TimeSet& LinkGraph::Spread::hub(NameId name) const {
  const auto own = hubs_.find(name);
  return own == hubs_.end() ? graph_.hub(reach_, name) : own->second;
}

void LinkGraph::Spread::begin(NameId name, const TimeSet& times) {
  if (!times.empty()) begun_[name].add(times);
}

void LinkGraph::Spread::unseen_before(int hops, TimeSet times) {
  seen_from_ = hops;
  unseen_ = std::move(times);
}

void LinkGraph::Spread::step(const Times& from, Times& to) const {
  boost::unordered_flat_map<NameId, std::vector<Interval>> got;
  for (const auto& [name, times] : from) {
    const TimeSet going = times.without(hub(name));
    if (going.empty()) continue;
    for (const Edge& edge : graph_.nodes_[name].edges) {
      for (const Interval& time : going.intervals()) {
        const Interval both = common(time, edge.force);
        if (!both.empty()) got[edge.other].push_back(both);
      }
    }
  }
  for (auto& [name, times] : got) to[name] = TimeSet(std::move(times));
}

std::vector<LinkGraph::NameId> LinkGraph::Spread::run(int hops) {
  Times all = begun_;
  Times last = std::move(begun_);
  boost::unordered_flat_map<NameId, bool> counts;
  for (const auto& [name, times] : all) counts[name] = seen_from_ == 0;
  for (int hop = 1; hop <= hops; ++hop) {
    Times got, fresh;
    step(last, got);
    for (auto& [name, times] : got) {
      TimeSet rest = times.without(all[name]);
      if (rest.empty()) continue;
      all[name].add(rest);
      if (hop >= seen_from_ || !rest.without(unseen_).empty()) counts[name] = true;
      fresh[name] = std::move(rest);
    }
    last = std::move(fresh);
  }
  std::vector<NameId> names;
  for (const auto& [name, seen] : counts) {
    if (seen) names.push_back(name);
  }
  return names;
}

// ---------------------------------------------------------------- Walk

LinkGraph::Walk::Walk(const LinkGraph& graph, size_t reach, NameId from)
    : graph_(graph), reach_(reach), from_(from), paths_{{0, from}} {}

ReachHistory LinkGraph::Walk::run() {
  Parts nearest;
  nearest[from_] = {{Interval{}, 0}};
  for (int hop = 0; hop < graph_.reaches_[reach_].hops && !nearest.empty(); ++hop) {
    nearest = next(nearest);
    for (const auto& [name, parts] : nearest) {
      std::vector<Part>& all = found_[name];
      all.insert(all.end(), parts.begin(), parts.end());
    }
    note_beyond();
  }
  ReachHistory history;
  std::vector<NameId> names;
  for (const auto& [name, parts] : found_) names.push_back(name);
  std::sort(names.begin(), names.end(),
            [&](NameId a, NameId b) { return graph_.nodes_[a].name < graph_.nodes_[b].name; });
  for (NameId name : names) add_stays(name, std::move(found_[name]), history);
  history.beyond = std::move(beyond_);
  return history;
}

// The times at which it is worth while to look further; where the name has too many neighbours, it
// is known what comes of it.
TimeSet LinkGraph::Walk::goes_on(NameId name, const std::vector<Part>& parts) {
  std::vector<Interval> times;
  for (const Part& part : parts) times.push_back(part.time);
  const TimeSet all(std::move(times));
  const TimeSet& hub = graph_.hub(reach_, name);
  beyond_.add(all.within(hub));
  return all.without(beyond_);
}

LinkGraph::Walk::Parts LinkGraph::Walk::next(const Parts& nearest) {
  Parts got;
  for (const auto& [name, parts] : nearest) {
    const TimeSet going = goes_on(name, parts);
    if (going.empty()) continue;
    for (const Edge& edge : graph_.nodes_[name].edges) {
      if (edge.other == from_) continue;
      for (const Part& part : parts) {
        const TimeSet both = TimeSet({common(part.time, edge.force)}).within(going);
        for (const Interval& time : both.intervals()) {
          got[edge.other].push_back({time, longer(part.path, edge.other)});
        }
      }
    }
  }
  Parts fresh;
  for (auto& [name, found] : got) {
    const auto nearer = found_.find(name);
    static const std::vector<Part> none;
    std::vector<Part> parts =
        best(std::move(found), nearer == found_.end() ? none : nearer->second);
    if (!parts.empty()) fresh[name] = std::move(parts);
  }
  return fresh;
}

std::vector<LinkGraph::Walk::Part> LinkGraph::Walk::best(std::vector<Part> found,
                                                         const std::vector<Part>& nearer) const {
  std::stable_sort(found.begin(), found.end(),
                   [&](const Part& a, const Part& b) { return comes_first(a.path, b.path); });
  std::vector<Interval> times;
  for (const Part& part : nearer) times.push_back(part.time);
  TimeSet taken(std::move(times));
  std::vector<Part> result;
  for (const Part& part : found) {
    const TimeSet rest = TimeSet({part.time}).without(taken);
    for (const Interval& time : rest.intervals()) result.push_back({time, part.path});
    taken.add(rest);
  }
  return result;
}

void LinkGraph::Walk::note_beyond() {
  const size_t most = graph_.reaches_[reach_].names_max;
  if (found_.size() <= most) return;
  std::vector<Interval> times;
  for (const auto& [name, parts] : found_) {
    for (const Part& part : parts) times.push_back(part.time);
  }
  beyond_.add(more_than(most, times));
}

uint32_t LinkGraph::Walk::longer(uint32_t path, NameId name) {
  paths_.push_back({path, name});
  return static_cast<uint32_t>(paths_.size() - 1);
}

bool LinkGraph::Walk::comes_first(uint32_t a, uint32_t b) const {
  if (a == b) return false;
  const Step& x = paths_[a];
  const Step& y = paths_[b];
  if (x.before != y.before && comes_first(x.before, y.before)) return true;
  if (x.before != y.before && comes_first(y.before, x.before)) return false;
  return graph_.nodes_[x.name].name < graph_.nodes_[y.name].name;
}

std::string LinkGraph::Walk::text_of(uint32_t path) const {
  const std::string& name = graph_.nodes_[paths_[path].name].name;
  return path == 0 ? name : text_of(paths_[path].before) + " – " + name;
}

int LinkGraph::Walk::hops_of(uint32_t path) const {
  return path == 0 ? 0 : hops_of(paths_[path].before) + 1;
}

void LinkGraph::Walk::add_stays(NameId name, std::vector<Part> parts, ReachHistory& history) const {
  std::sort(parts.begin(), parts.end(),
            [](const Part& a, const Part& b) { return a.time.from < b.time.from; });
  const std::string& text = graph_.nodes_[name].name;
  const size_t first = history.stays.size();
  for (const Part& part : parts) {
    const std::string path = text_of(part.path);
    const int hops = hops_of(part.path);
    const TimeSet counted = TimeSet({part.time}).without(beyond_);
    for (const Interval& time : counted.intervals()) {
      const bool goes_on = history.stays.size() > first &&
                           history.stays.back().time.to == time.from &&
                           history.stays.back().path == path;
      if (goes_on) {
        history.stays.back().time.to = time.to;
      } else {
        history.stays.push_back({text, time, hops, path});
      }
    }
  }
}

}  // namespace tocsin
