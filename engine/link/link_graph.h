// The edges of one link, each with the time for which it is in force, and who is within reach of
// whom, when, and by which path (language.md 4, 6, 11: `across`).
//
// An edge joins two names, whatever their order; two records may make the same edge. A *reach* is a
// number of hops and the most names that may be within them: what lies beyond that bound is known
// to lie beyond it, and is never walked. So a name with 10,000 neighbours costs those who see it
// no more than the bound. Not thread-safe.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/link/time_set.h"
#include "engine/record/projection_index.h"

namespace tocsin {

struct Reach {
  int hops = 1;
  size_t names_max = 0;
};

struct EdgeChange {
  std::string a;
  std::string b;
  Interval force;
  bool comes = true;  // else it goes: there must be such an edge
};

// A name is within reach for a time, joined by the same path all along.
struct Stay {
  std::string_view name;
  Interval time;
  int hops = 0;
  std::string path;  // shortest; of several the first by name: "A – controller – B"
};

struct ReachHistory {
  std::vector<Stay> stays;  // by name and time; none while there are too many names
  TimeSet beyond;           // more names than the bound are within reach
};

class LinkGraph {
 public:
  explicit LinkGraph(std::vector<Reach> reaches);

  // Names for whom the history of a reach may differ now, by reach. Sorted, without repeats.
  std::vector<std::vector<std::string>> update(std::span<const EdgeChange> changes);

  // The same, for edges that were there before.
  void load(std::span<const EdgeChange> changes);

  // Who is within reach of `from`, but for `from` itself. Texts live until the next update().
  ReachHistory history(size_t reach, std::string_view from) const;
  // Everybody within whose reach `name` is at some time; some others may be among them.
  std::vector<std::string> seen_by(size_t reach, std::string_view name) const;

  size_t names() const { return ids_.size(); }
  size_t edges() const { return edges_; }

 private:
  using NameId = uint32_t;
  // Within update(), edges may be those before or after it alone.
  struct Edge {
    NameId other;
    Interval force;
    bool before;
    bool after;
  };
  struct Node {
    std::string name;
    std::vector<Edge> edges;
  };
  using Hubs = boost::unordered_flat_map<NameId, TimeSet>;
  class Walk;
  class Spread;

  NameId id_of(const std::string& name);
  void mark(const EdgeChange& change);
  void mark_one_way(NameId from, NameId to, const EdgeChange& change);
  void settle(NameId id);
  TimeSet too_many(NameId id, size_t names_max) const;
  const TimeSet& hub(size_t reach, NameId id) const;
  // Looks again whether the name has too many neighbours; since when it has before and after.
  TimeSet refresh_hub(size_t reach, NameId id);
  std::vector<NameId> endpoints(std::span<const EdgeChange> changes) const;

  std::vector<Reach> reaches_;
  std::vector<Hubs> hubs_;  // by reach: names with more neighbours than the bound, and when
  TextMap<NameId> ids_;
  std::vector<Node> nodes_;
  std::vector<NameId> free_;
  size_t edges_ = 0;
};

}  // namespace tocsin
